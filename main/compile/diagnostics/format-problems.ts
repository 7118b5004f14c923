import type { Problem } from '../../../app/base/studio-error.ts';
import { formatProblemsAsSarif } from './format-sarif.ts';
import { formatProblemsAsText, type SourceText } from './format-text.ts';

export const problemFormats = ['text', 'json', 'sarif'] as const;
export type ProblemFormat = (typeof problemFormats)[number];

export interface FormatOptions {
  readonly format: ProblemFormat;
  /** For the excerpts of `text`. */
  readonly sourceText: SourceText;
  /** For `sarif`. */
  readonly toolVersion: string;
}

/** What `ringstudio check` prints; every format ends with a newline unless it is empty. */
export function formatProblems(
  problems: readonly Problem[],
  { format, sourceText, toolVersion }: FormatOptions,
): string {
  switch (format) {
    case 'text':
      return formatProblemsAsText(problems, sourceText);
    case 'json':
      return `${JSON.stringify(problems, undefined, 2)}\n`;
    case 'sarif':
      return formatProblemsAsSarif(problems, toolVersion);
  }
}
