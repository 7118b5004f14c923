import type { ReactElement } from 'react';

export function EditorPanel({ path }: { readonly path: string }): ReactElement {
  return <div>{path}</div>;
}
