import { StudioError } from '../../app/base/studio-error.ts';

/** What the process' exit code says. */
export const ExitCode = {
  done: 0,
  /** Compile errors, failed actors, undelivered messages, dead letters. */
  programFailed: 1,
  badInput: 2,
  /** Nor the compiler for it. */
  deviceNotAvailable: 3,
  timeLimit: 4,
  /** EX_SOFTWARE: our own fault. */
  internalError: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const CODES: Readonly<Record<string, ExitCode>> = {
  ProgramFailed: ExitCode.programFailed,
  CompileFailed: ExitCode.programFailed,
  CompilerCrashed: ExitCode.programFailed,
  CompilerTimeout: ExitCode.programFailed,
  BundleStale: ExitCode.programFailed,
  DeviceNotAvailable: ExitCode.deviceNotAvailable,
  NvrtcNotFound: ExitCode.deviceNotAvailable,
  NvrtcUnusable: ExitCode.deviceNotAvailable,
  NvrtcTooOld: ExitCode.deviceNotAvailable,
  NvrtcTooNew: ExitCode.deviceNotAvailable,
  GpuTooOld: ExitCode.deviceNotAvailable,
  TimeLimit: ExitCode.timeLimit,
  InternalError: ExitCode.internalError,
  CompilerClosed: ExitCode.internalError,
};

/** The exit code that an error means: expected failures are bad input unless they say otherwise. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Stop) return error.exitCode;
  return error instanceof StudioError ? (CODES[error.code] ?? ExitCode.badInput) : ExitCode.internalError;
}

/** Why a command ends early without an error of its own: an interrupt, or nobody reads its output any more. */
export class Stop extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super('stopped');
    this.exitCode = exitCode;
  }
}
