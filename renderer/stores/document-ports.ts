import type { EditResult } from '../../app/contract/studio-host.ts';

/** Sends edits to the host. A port, so that tests need no socket. */
export interface EditPort {
  edit(edit: { readonly path: string; readonly text: string; readonly baseVersion: number }): Promise<EditResult>;
}

export interface UnsentPort {
  /** @param basedOn texts that the host may have when this window is gone */
  keep(path: string, text: string, basedOn: readonly string[]): void;
  drop(path: string): void;
  take(path: string): { readonly text: string; readonly basedOn: readonly string[] } | undefined;
}
