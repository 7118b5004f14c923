/** What the doctor found out about one part. */
export interface Finding {
  readonly name: string;
  /** `absent`: an optional part that is not there, or not used by this version. */
  readonly status: 'ok' | 'warning' | 'failed' | 'absent';
  readonly detail: string;
}
