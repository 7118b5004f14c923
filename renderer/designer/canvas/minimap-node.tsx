import type { MiniMapNodeProps } from '@xyflow/react';
import type { ReactElement } from 'react';

import { useProject } from '../../stores/project.store.ts';
import { useActorRun } from '../../stores/run-index.ts';
import { visibleActorState } from '../../ui/actor-state.ts';

/** A box in the state's colour where the state matters. */
export function MinimapNode({ id, x, y, width, height, selected }: MiniMapNodeProps): ReactElement {
  const run = useActorRun(id);
  const state = useProject((project) => visibleActorState(run, project.run.phase));
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
