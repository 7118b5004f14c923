import { beforeEach, describe, expect, it } from 'vitest';

import type { RunState } from '../../app/contract/run.ts';
import { visibleActorState } from '../ui/actor-state.ts';
import { applyEvent, closeProject, loseSight, regainSight, useProject } from './project.store.ts';

const run: RunState = {
  ...{ runId: 1, phase: 'running', channels: [], problems: [], isOutdated: false },
  device: { kind: 'cpu', description: '' },
  actors: [
    { id: 'a', kernel: 'k', source: 'k.cu', revision: 1, instances: 1, capacity: 64, state: 'active', sinceMs: 0 },
  ],
};

const phase = (): string => useProject.getState().run.phase;

describe('a run whose host does not answer', () => {
  beforeEach(() => {
    closeProject();
    applyEvent({ type: 'run', run });
    loseSight();
  });

  it('is unknown, and so are its actors', () => {
    expect(phase()).toBe('unknown');
    expect(visibleActorState(run.actors[0], useProject.getState().run.phase)).toBe('unknown');
  });

  it('is again what it was when the same host goes on', () => {
    regainSight();
    expect(phase()).toBe('running');
  });

  it('is what another host tells of it', () => {
    applyEvent({ type: 'run', run: { ...run, phase: 'idle' } });
    regainSight();
    expect(phase()).toBe('idle');
  });
});
