import type { ReactElement } from 'react';

export function PropertiesPanel(): ReactElement {
  return <div />;
}
