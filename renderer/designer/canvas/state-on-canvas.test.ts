import { expect, test } from 'vitest';

import type { ActorRunState, HostRunState } from '../../../app/contract/run.ts';
import type { ShownRun } from '../../stores/project.store.ts';
import { stateOnCanvas } from './state-on-canvas.ts';

test('the state on the canvas is that of the actor or of the host actor with the name', () => {
  const actor: ActorRunState = {
    ...{ id: 'mean', kernel: 'mean', source: 'mean.cu', instances: 1, capacity: 16, sinceMs: 0, revision: 1 },
    state: 'deactivated',
  };
  const host: HostRunState = { id: 'log', host: 'sink', state: 'failed', sinceMs: 0, isSourceDone: false };
  const run: ShownRun = {
    ...{ runId: 1, phase: 'running', channels: [], problems: [], isOutdated: false },
    ...{ device: { kind: 'cpu', description: '' }, actors: [actor], hosts: [host] },
  };
  expect(['mean', 'log', 'nobody'].map((id) => stateOnCanvas(run, id))).toEqual(['paused', 'faulted', 'stopped']);
});
