import { StudioError } from '../../app/base/studio-error.ts';
import { formatProblemsAsText } from '../compile/diagnostics/format-text.ts';
import { Stop } from './exit-code.ts';
import { sourceTextFrom } from './project/place-in-cwd.ts';
import type { Terminal } from './terminal.ts';

export interface ReportOptions {
  readonly cwd: string;
  /** Shows stacks: for whoever works on this program. */
  readonly isDebug: boolean;
}

/** `error: Code: what happened, to which object. tip`, after the problems that led to it. */
export function reportError(terminal: Terminal, error: unknown, { cwd, isDebug }: ReportOptions): void {
  if (error instanceof Stop) return;
  if (error instanceof StudioError) {
    const problems = formatProblemsAsText(error.problems, sourceTextFrom(cwd));
    if (problems !== '') terminal.note(problems.trimEnd());
    terminal.note(`error: ${error.toString()}`);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    const tip = isDebug ? '' : ' This is a fault of Ring Kernel Studio; RINGSTUDIO_DEBUG=1 shows where.';
    terminal.note(`error: InternalError: ${message.replace(/\s*\n\s*/g, ' ')}${tip}`);
  }
  if (isDebug) terminal.note(stackOf(error));
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
