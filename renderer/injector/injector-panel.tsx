import type { ReactElement } from 'react';

export function InjectorPanel(): ReactElement {
  return <div />;
}
