import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { eventually, pause } from '../../../app/testing/conformance/bench.ts';
import { RunCheckpoints } from './run-checkpoints.ts';

test('checkpoints of a run that was given up keep nothing going', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringstudio-checkpoints-'));
  const target = { shown: 'a.ringckpt', path: join(folder, 'a.ringckpt') };
  const plan = { target, everyMs: 10, restored: undefined, isMigrating: false, mayLose: false };
  const notes: string[] = [];
  let taken = 0;
  const runtime = {
    checkpoint: () => {
      taken++;
      return Promise.resolve(new Uint8Array(8));
    },
    restore: () => Promise.reject(new Error('not in this test')),
  };
  const terminal = { write: () => Promise.resolve(), note: (text: string) => void notes.push(text) };
  {
    using checkpoints = new RunCheckpoints(runtime, plan, terminal);
    checkpoints.start();
    await eventually(() => taken > 1, 'two have been taken');
  }
  const before = taken;
  await pause(60);
  expect([taken, notes]).toEqual([before, []]);
  await rm(folder, { recursive: true });
});
