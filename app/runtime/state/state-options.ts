import type { StateSnapshot } from './state-snapshot.ts';

export interface ReadStateOptions {
  /** Which instance; may be left out where there is one. */
  readonly instance?: number;
  /** How long to wait for a handler that is running. Default 5,000. */
  readonly timeoutMs?: number;
}

export interface WriteStateOptions extends ReadStateOptions {
  /**
   * `patch` (the default) changes the fields that are given, inside nested structs too; `replace` sets all: what is left out
   * gets its initializer.
   */
  readonly mode?: 'patch' | 'replace';
}

/** What actors have of those who can look at their memory. */
export interface StatePort {
  read<T extends object>(actor: object, options: ReadStateOptions): Promise<StateSnapshot<T>>;
  write<T extends object>(actor: object, json: unknown, options: WriteStateOptions): Promise<StateSnapshot<T>>;
}
