import { useStore } from '@xyflow/react';

export type ZoomLevel = 'near' | 'mid' | 'far';

/** How much of a node can be read: below 60 % its name, state and rate; below 35 % its box and state. */
export function useZoomLevel(): ZoomLevel {
  return useStore(({ transform: [, , zoom] }) => {
    if (zoom < 0.35) return 'far';
    return zoom < 0.6 ? 'mid' : 'near';
  });
}
