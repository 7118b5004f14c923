import type { ReactElement } from 'react';

import { TipProvider } from '../ui/tip.tsx';

export function App(): ReactElement {
  return <TipProvider>…</TipProvider>;
}
