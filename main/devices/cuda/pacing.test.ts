import { describe, expect, it, vi } from 'vitest';

import { Comebacks, type Comeback } from './comebacks.ts';
import { Pacing } from './pacing.ts';
import type { Resident } from './residents.ts';

const RINGSTUDIO_CUDA_PACING = (mode: string): NodeJS.ProcessEnv => ({ RINGSTUDIO_CUDA_PACING: mode });

describe('how actors are paced', () => {
  it('is by slices where a watchdog ends what stays, else not at all', () => {
    const free = new Pacing({ hasWatchdog: false, env: {} });
    expect([free.mode, free.limits, free.description]).toEqual(['resident', { sliceUs: 0, idleUs: 0 }, '']);
    const watched = new Pacing({ hasWatchdog: true, env: {} });
    expect([watched.mode, watched.limits]).toEqual(['slices', { sliceUs: 20_000, idleUs: 0 }]);
    expect(watched.description).toBe(", in slices of 20 ms for the display's watchdog");
  });

  it('is event-driven once host and GPU have not seen each other write, but where another mode was named', () => {
    const found = new Pacing({ hasWatchdog: true, env: {} });
    const named = new Pacing({ hasWatchdog: true, env: RINGSTUDIO_CUDA_PACING('resident') });
    for (const pacing of [found, named]) pacing.noteIncoherence();
    expect([found.mode, named.mode]).toEqual(['event-driven', 'resident']);
    expect(found.limits).toEqual({ sliceUs: 20_000, idleUs: 200 });
  });

  it('names the modes that there are where another one is asked for', () => {
    const ask = (): Pacing => new Pacing({ hasWatchdog: false, env: RINGSTUDIO_CUDA_PACING('sometimes') });
    expect(ask).toThrow("RINGSTUDIO_CUDA_PACING is 'sometimes', which is no way to pace actors.");
  });

  it('has slices that are long beside what coming back takes, and far from what a watchdog allows', () => {
    const pacing = new Pacing({ hasWatchdog: true, env: {} });
    const sliceMs = (): number => pacing.limits.sliceUs / 1000;
    for (let gap = 0; gap < 50; gap++) pacing.noteGap(10);
    expect(sliceMs()).toBeCloseTo(200);
    for (let gap = 0; gap < 50; gap++) pacing.noteGap(1000);
    expect(sliceMs()).toBe(500);
    for (let gap = 0; gap < 50; gap++) pacing.noteGap(0.01);
    expect(sliceMs()).toBe(20);
  });
});

describe('actors whose slice is over', () => {
  function scene({ mode = 'slices', isDue = false, outcome = 'back' as Comeback }): {
    comebacks: Comebacks;
    resident: Resident;
    launches: () => number;
  } {
    const pacing = new Pacing({ hasWatchdog: true, env: RINGSTUDIO_CUDA_PACING(mode) });
    const resident = { flight: undefined } as unknown as Resident;
    let launches = 0;
    const comeBack = (): Promise<Comeback> => {
      launches += 1;
      if (outcome === 'back') Object.assign(resident, { flight: {} });
      if (outcome === 'refused') comebacks.refused();
      return Promise.resolve(outcome);
    };
    const comebacks = new Comebacks({
      pacing,
      isEmpty: () => resident.flight === undefined,
      residents: () => [resident],
      isAnythingFor: () => isDue,
      comeBack,
      tryAgainMs: 20,
    });
    return {
      comebacks,
      resident,
      launches: () => launches,
    };
  }

  it('come back when there is something for one of them, and leave the GPU alone when there is not', () => {
    const idle = scene({ isDue: false });
    idle.comebacks.landed();
    expect(idle.launches()).toBe(0);
    const busy = scene({ isDue: true });
    busy.comebacks.landed();
    expect(busy.launches()).toBe(1);
  });

  it('come back when the host has written something for one that is away', () => {
    const { comebacks, resident, launches } = scene({});
    comebacks.wake(resident);
    comebacks.wake(resident);
    expect(launches()).toBe(1);
  });

  it('do not try for ever where nobody comes back any more', async () => {
    const { comebacks, launches } = scene({ isDue: true, outcome: 'over' });
    comebacks.landed();
    await new Promise((resolve) => setImmediate(resolve));
    comebacks.landed();
    expect(launches()).toBe(1);
  });

  it.each(['slices', 'resident'])('are tried again after a while where their launch was refused (%s)', async (mode) => {
    const { comebacks, resident, launches } = scene({ mode, isDue: true, outcome: 'refused' });
    comebacks.refused();
    for (let wake = 0; wake < 10; wake++) comebacks.wake(resident);
    expect(launches()).toBe(0);
    await vi.waitFor(() => {
      expect(launches()).toBeGreaterThan(2);
    });
    const before = launches();
    comebacks.roomMade();
    expect(launches()).toBe(before + 1);
    comebacks.end();
  });

  it('are not looked for where they stay', () => {
    const { comebacks, resident, launches } = scene({ mode: 'resident', isDue: true });
    comebacks.wake(resident);
    comebacks.landed();
    expect(launches()).toBe(0);
  });
});
