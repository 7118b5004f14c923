import type { ReactNode } from 'react';

import type { LaunchBuffer, LaunchView } from '../../../app/contract/functions.ts';

/** What every view of a buffer gets. */
export interface BufferProps {
  readonly launch: LaunchView;
  readonly buffer: LaunchBuffer;
  /** The choice of the view, to stand first in its bar. */
  readonly tabs: ReactNode;
}
