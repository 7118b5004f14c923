import { describe, expect, it } from 'vitest';

import type { ActorRunState, RunState } from '../../app/contract/run.ts';
import type { ActorLive, LiveTelemetry } from '../stores/telemetry-history.ts';
import { liveNote } from './live-note-text.ts';

const at = { kernel: 'mean', source: 'mean.cu' };

function actor(id: string, instances: number): ActorRunState {
  return { ...at, id, instances, capacity: 64, state: 'active', sinceMs: 0, revision: 1 };
}

const run: RunState = {
  ...{ runId: 1, phase: 'running', channels: [], problems: [], isOutdated: false },
  ...{ device: { kind: 'cpu', description: '' }, actors: [actor('a', 1), actor('b', 3)] },
};

function live(rate: number, p99Ns: number | undefined): ActorLive {
  const counters = { processed: 0, sent: 0, dropped: 0, drops: {}, depth: 0, urgentDepth: 0 };
  return { ...counters, rate, p50Ns: undefined, p95Ns: undefined, p99Ns };
}

const telemetry: Pick<LiveTelemetry, 'actors'> = {
  actors: new Map([
    ['a', live(400_000, 11_900)],
    ['b', live(82_000, undefined)],
  ]),
};

describe('the live note of a kernel', () => {
  it('adds up its actors and shows the worst latency', () => {
    expect(liveNote({ run, live: telemetry }, at)).toBe('4 instances, 482 k/s, p99 11.9 µs');
  });

  it('leaves out what was not measured, and says that the actors are paused', () => {
    const paused: RunState = { ...run, phase: 'paused', actors: [actor('b', 1)] };
    expect(liveNote({ run: paused, live: telemetry }, at)).toBe('1 instance, paused');
  });

  it('is absent while nothing runs the kernel', () => {
    expect(liveNote({ run: { ...run, phase: 'idle' }, live: telemetry }, at)).toBeUndefined();
    expect(liveNote({ run, live: telemetry }, { ...at, kernel: 'other' })).toBeUndefined();
  });
});
