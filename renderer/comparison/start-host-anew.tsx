import type { ReactElement } from 'react';

import { Button } from '../ui/button.tsx';
import { regainGpu } from './comparison-actions.ts';

/** For a GPU that is lost. */
export function StartHostAnew(): ReactElement {
  return <Button onClick={() => void regainGpu()}>Start the host anew</Button>;
}
