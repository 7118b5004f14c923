import { expect, test, vi } from 'vitest';
import type { RunState } from '../../../app/contract/run.ts';
import type { ActorFailure } from '../../../app/runtime/runtime.ts';
import type { RunPlan } from './run-plan.ts';
import { RunView } from './run-view.ts';

test('a thousand actors that fail together are told at once, not a thousand times', () => {
  vi.useFakeTimers();
  try {
    const told: RunState[] = [];
    const view = new RunView((run) => told.push(run));
    const actors = Array.from({ length: 1000 }, (_, index) => ({ id: `a${index}`, kernel: 'k', source: 'k.cu' }));
    view.begin({ topology: { version: 1, actors } } as Partial<RunPlan> as RunPlan, () => 1);
    const fault = { cause: 'trap', detail: 'divided by zero' };
    for (const { id } of actors) {
      view.failed({ actor: { name: id }, instance: { index: 0 }, fault } as unknown as ActorFailure);
    }
    expect(view.state.actors.every(({ state }) => state === 'failed')).toBe(true);
    vi.advanceTimersByTime(100);
    expect(told.map((run) => run.actors.filter(({ state }) => state === 'failed').length)).toEqual([1000]);
  } finally {
    vi.useRealTimers();
  }
});
