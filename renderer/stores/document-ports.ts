import type { EditResult } from '../../app/contract/studio-host.ts';

/** Sends edits to the host. A port, so that tests need no socket. */
export interface EditPort {
  edit(edit: { readonly path: string; readonly text: string; readonly baseVersion: number }): Promise<EditResult>;
}

export interface UnsentPort {
  keep(path: string, text: string, basedOn: string): void;
  drop(path: string): void;
  take(path: string): { readonly text: string; readonly basedOn: string } | undefined;
}
