import type { ReactElement } from 'react';

export function TelemetryStrip(): ReactElement {
  return <div />;
}
