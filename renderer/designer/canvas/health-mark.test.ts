import { describe, expect, test } from 'vitest';

import type { ActorRunState } from '../../../app/contract/run.ts';
import { healthMark } from './health-mark.ts';

const actor = (health: ActorRunState['health'], instances = 1): ActorRunState => ({
  ...{ id: 'map', kernel: 'map', source: 'map.cu', instances, capacity: 16, state: 'active', sinceMs: 0, revision: 1 },
  ...(health === undefined ? {} : { health }),
});

describe('the mark of an actor’s health on its node', () => {
  test('is there for those only that are not well, or not known to be', () => {
    expect(healthMark(actor(undefined))).toBeUndefined();
    expect(healthMark(actor({ state: 'healthy', instance: 0 }))).toBeUndefined();
  });

  test('says for whom it waits, and leads there; not to the host, which is no node', () => {
    expect(healthMark(actor({ state: 'blocked', instance: 0, blockedBy: 'mean#1' }))).toEqual({
      ...{ look: 'warning', text: 'waits for mean#1', culpritId: 'mean' },
    });
    expect(healthMark(actor({ state: 'blocked', instance: 0, blockedBy: 'host' }))).toEqual({
      ...{ look: 'warning', text: 'waits for host' },
    });
  });

  test('names the instance where there are several, and is a fault where it does not mend itself', () => {
    expect(healthMark(actor({ state: 'stuck', instance: 2, reason: 'not-run' }, 4))).toEqual({
      ...{ look: 'faulted', text: '#2: stuck, not run' },
    });
    expect(healthMark(actor({ state: 'deadlocked', instance: 0, blockedBy: 'b#0' }))?.look).toBe('faulted');
  });
});
