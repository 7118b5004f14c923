import { create } from 'zustand';

interface ActiveFileState {
  /** The file whose editor had the focus last, or whose tab was chosen last. */
  readonly path: string | undefined;
  /** Of the cursor there, from 1; undefined until it was there. */
  readonly cursor: { readonly line: number; readonly column: number } | undefined;
  readonly activate: (path: string) => void;
  readonly moveCursor: (path: string, line: number, column: number) => void;
  /** The file's editor was closed. */
  readonly close: (path: string) => void;
}

export const useActiveFile = create<ActiveFileState>()((set) => ({
  path: undefined,
  cursor: undefined,
  activate: (path) => set((state) => (state.path === path ? state : { path, cursor: undefined })),
  moveCursor: (path, line, column) => set({ path, cursor: { line, column } }),
  close: (path) => set((state) => (state.path === path ? { path: undefined, cursor: undefined } : state)),
}));
