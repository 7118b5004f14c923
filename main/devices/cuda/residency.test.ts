import { expect, test } from 'vitest';

import { ACTOR, ACTOR_STATE, WORKER } from '../../../app/abi/arena-layout.ts';
import { FakeGpu, until, wait } from './fake-gpu.fixture.ts';

test('an actor whose blocks leave just after the wish was withdrawn comes back, although a handler holds up its grid', async () => {
  const gpu = new FakeGpu();
  await using device = gpu.device;
  const program = await gpu.load('one');
  const [held, late, prompt] = [gpu.actor(program, 'one'), gpu.actor(program, 'one'), gpu.actor(program, 'one')];
  await device.place([held, late, prompt]);
  gpu.delayMs.set(held.actorId, Infinity);
  gpu.delayMs.set(late.actorId, 200);
  const pause = { run: () => undefined, isExclusive: false, timeoutMs: 100 };
  expect(await device.whileParked([late.actorId], pause)).toEqual({ kind: 'held-up', actorId: held.actorId });
  const grids = (): number => [...gpu.inFlight].length;
  await until(() => grids() === 2); // the prompt one's
  await until(() => grids() === 3);
  gpu.delayMs.clear();
  await wait(50);
  expect(await device.whileParked([late.actorId], pause)).toEqual({ kind: 'done' });
});

test('an actor that has come back in a grid of its own is paused, and goes on, without who holds up its former one', async () => {
  const gpu = new FakeGpu();
  await using device = gpu.device;
  const program = await gpu.load('one');
  const [held, other] = [gpu.actor(program, 'one'), gpu.actor(program, 'one')];
  await device.place([held, other]);
  gpu.delayMs.set(held.actorId, Infinity);
  const pause = { run: () => undefined, isExclusive: false, timeoutMs: 50 };
  expect(await device.whileParked([held.actorId], pause)).toMatchObject({ kind: 'held-up' });
  expect(await device.whileParked([other.actorId], pause)).toEqual({ kind: 'done' });
  expect(await device.whileParked([held.actorId], pause)).toMatchObject({ kind: 'held-up' });
  expect(await device.whileParked([other.actorId], pause)).toEqual({ kind: 'done' });
  gpu.delayMs.clear();
});

test('an actor at rest that the host has given up is rung, so that its blocks look, and leave', async () => {
  const gpu = new FakeGpu();
  await using device = gpu.device;
  const one = gpu.actor(await gpu.load('one'), 'one');
  await device.place([one]);
  const mail = (gpu.worker(one) + WORKER.mail) >>> 2;
  const before = gpu.arena.u32[mail];
  gpu.arena.u32[(one.address + ACTOR.state) >>> 2] = ACTOR_STATE.failed;
  device.wake(one.address);
  expect(gpu.arena.u32[mail]).not.toBe(before);
});
