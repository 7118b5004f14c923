import { create } from 'zustand';

export type FileDialog =
  | { readonly kind: 'new' }
  | { readonly kind: 'rename'; readonly path: string }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'new-project' }
  | { readonly kind: 'open-folder' };

export const useFileDialog = create<{ readonly open: FileDialog | undefined }>()(() => ({ open: undefined }));
