import { expect, test, vi } from 'vitest';

import { createArena } from './create-arena.ts';
import { SignalPump, type Signals } from './signal-pump.ts';

test('a visit that throws is told, and the actors behind it are visited all the same', async () => {
  const waiting = ['a', 'broken', 'b'];
  const visited: string[] = [];
  const signals: Signals = {
    poll: () => {
      const isAny = waiting.length > 0;
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (next === 'broken') throw new Error('a fault of the product');
        visited.push(next);
      }
      return isAny;
    },
    ring: () => new Promise(() => undefined),
  };
  const errors: unknown[] = [];
  const pump = new SignalPump(createArena(2 ** 18), signals, (error) => errors.push(error));
  pump.start();
  await vi.waitFor(() => {
    expect(visited).toEqual(['a', 'b']);
  });
  expect(errors).toMatchObject([{ message: 'a fault of the product' }]);
  pump.end();
});
