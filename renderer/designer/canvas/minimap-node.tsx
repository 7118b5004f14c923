import type { MiniMapNodeProps } from '@xyflow/react';
import type { ReactElement } from 'react';

import { useProject } from '../../stores/project.store.ts';
import { stateOnCanvas } from './state-on-canvas.ts';

/** A box in the state's colour where the state matters. */
export function MinimapNode({ id, x, y, width, height, selected }: MiniMapNodeProps): ReactElement {
  const state = useProject(({ run }) => stateOnCanvas(run, id));
  const trouble = state === 'faulted' || state === 'paused' ? `var(--st-${state})` : 'var(--line-control)';
  return (
    <rect
      {...{ x, y, width, height }}
      rx={8}
      fill="var(--bg-raised)"
      stroke={selected ? 'var(--accent)' : trouble}
      strokeWidth={8}
    />
  );
}
