import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { judgeHealth, type Judgement, type Memory, type Sighting } from './judge-health.ts';

const LIMITS = { slowMs: 250, stuckMs: 1000 };
const QUIET: Omit<Sighting, 'atMs'> = {
  isActive: true,
  hasWork: false,
  isHandling: false,
  isBlocked: false,
  isDeadlocked: false,
  progress: 0,
  queueAgeMs: 0,
};

/** Judgements of looks every 100 ms. */
function judge(looks: readonly Partial<Sighting>[]): readonly Judgement[] {
  let memory: Memory | undefined;
  return looks.map((look, index) => {
    const judged = judgeHealth({ ...QUIET, ...look, atMs: index * 100 }, memory, LIMITS);
    memory = judged.memory;
    return judged.judgement;
  });
}

function states(looks: readonly Partial<Sighting>[]): string[] {
  return judge(looks).map(({ state, reason }) => (reason === undefined ? state : `${state}: ${reason}`));
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('health', () => {
  it('tells a slow handler from a stuck one by how long it runs', () => {
    const looks = times(12, () => ({ hasWork: true, isHandling: true, progress: 7 }));
    const slow = times(7, () => 'slow: handler');
    const healthy = times(3, () => 'healthy');
    expect(states(looks)).toEqual([...healthy, ...slow, 'stuck: handler', 'stuck: handler']);
    expect(judge(looks).at(-1)?.stillMs).toBe(1100);
  });

  it('is well again as soon as it moves, or has nothing to do', () => {
    const long = times(12, () => ({ hasWork: true, isHandling: true }));
    expect(states([...long, { hasWork: true, progress: 1 }]).at(-1)).toBe('healthy');
    expect(states([...long, {}]).at(-1)).toBe('healthy');
    expect(states([...long, { isActive: false, hasWork: true }]).at(-1)).toBe('inactive');
    expect(states([...times(50, () => ({})), { hasWork: true, isHandling: true }]).at(-1)).toBe('healthy');
  });

  it('calls an actor slow that moves while its messages wait longer and longer', () => {
    const looks = times(8, (index) => ({ hasWork: true, progress: index, queueAgeMs: 100 * index }));
    expect(states(looks)).toEqual([...times(3, () => 'healthy'), ...times(5, () => 'slow: falling-behind')]);
    const catchingUp = { hasWork: true, progress: 9, queueAgeMs: 650 };
    expect(states([...looks, catchingUp]).at(-1)).toBe('healthy');
  });

  it('calls one stuck that its worker does not come to', () => {
    expect(states(times(11, () => ({ hasWork: true }))).at(-1)).toBe('stuck: not-run');
  });

  it('calls one blocked that has not moved between two looks at full queues', () => {
    const full = { hasWork: true, isBlocked: true };
    expect(states([{ ...full, progress: 1 }, { ...full, progress: 2 }, { ...full, progress: 2 }, full])).toEqual([
      'healthy',
      'healthy',
      'blocked',
      'healthy',
    ]);
    expect(states([full, { ...full, isDeadlocked: true }]).at(-1)).toBe('deadlocked');
  });

  it('is stuck only when nothing has moved for as long as the limit says, whatever is looked at when', () => {
    const look = fc.record({ gap: fc.integer({ min: 1, max: 400 }), hasWork: fc.boolean(), moves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 60 }), (looks) => {
        let [atMs, progress, movedAtMs] = [0, 0, 0];
        let memory: Memory | undefined;
        for (const { gap, hasWork, moves } of looks) {
          atMs += gap;
          if (moves) progress++;
          if (moves || !hasWork || memory === undefined) movedAtMs = atMs;
          const judged = judgeHealth({ ...QUIET, atMs, hasWork, progress }, memory, LIMITS);
          memory = judged.memory;
          const stillMs = atMs - movedAtMs;
          expect(judged.judgement.stillMs).toBe(stillMs);
          expect(judged.judgement.state).toBe(stillMs >= 1000 ? 'stuck' : stillMs >= 250 ? 'slow' : 'healthy');
        }
      }),
      { numRuns: 500, seed: 21 },
    );
  });
});
