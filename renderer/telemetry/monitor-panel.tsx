import type { ReactElement } from 'react';

export function MonitorPanel(): ReactElement {
  return <div />;
}
