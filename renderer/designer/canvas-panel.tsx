import type { ReactElement } from 'react';

export function CanvasPanel(): ReactElement {
  return <div />;
}
