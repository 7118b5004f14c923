import type { ReactElement } from 'react';

export function PalettePanel(): ReactElement {
  return <div />;
}
