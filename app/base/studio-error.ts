/** One remark about the user's input: what is wrong, where, and what to do about it. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'info';
  /** Literal, stable, kebab-case, e.g. `unknown-field`. */
  readonly code: string;
  readonly message: string;
  /** What the user can do about it. */
  readonly tip?: string;
  /** Where: a JSON path (`channels[2].to`), or nothing when the file position says it all. */
  readonly path?: string;
  readonly location?: SourceLocation;
  readonly notes?: readonly { readonly message: string; readonly location?: SourceLocation }[];
}

/** Whether the compiler itself came to an end, so that nothing is known of the source: to compile again may help. */
export function hasCompilerEnded({ code }: Pick<Problem, 'code'>): boolean {
  return code === 'compiler-crashed' || code === 'compiler-timeout';
}

/** The same where the compiler is not there, or not for this GPU: once another one is installed, to compile again helps. */
export function isOfCompiler(problem: Pick<Problem, 'code'>): boolean {
  return hasCompilerEnded(problem) || /^nvrtc-(not-found|unusable|too-old)$/.test(problem.code);
}

/** A place in a source file. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/**
 * An expected failure: `Code: what happened, to which object` plus a tip. The code is a literal in PascalCase
 * (`KernelNotFound`); front ends translate it once (exit code, HTTP status, notification).
 */
export class StudioError extends Error {
  readonly code: string;
  readonly tip: string | undefined;
  readonly problems: readonly Problem[];

  constructor(
    code: string,
    message: string,
    details: { readonly tip?: string; readonly cause?: unknown; readonly problems?: readonly Problem[] } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'StudioError';
    this.code = code;
    this.tip = details.tip;
    this.problems = details.problems ?? [];
  }

  override toString(): string {
    return `${this.code}: ${this.message}${this.tip === undefined ? '' : ` ${this.tip}`}`;
  }
}
