import type { ReactElement } from 'react';

export function MessagesPanel(): ReactElement {
  return <div />;
}
