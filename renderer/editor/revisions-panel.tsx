import type { ReactElement } from 'react';

export function RevisionsPanel(): ReactElement {
  return <div />;
}
