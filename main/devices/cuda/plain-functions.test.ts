import { describe, expect, it } from 'vitest';

import { ACTOR } from '../../../app/abi/arena-layout.ts';
import { FakeGpu, until, wait } from './fake-gpu.fixture.ts';

const pause = { run: () => undefined, isExclusive: false, timeoutMs: 1000 };

describe('a plain function', () => {
  it('never meets what needs an idle device, whichever was asked for first', async () => {
    const gpu = new FakeGpu();
    await using device = gpu.device;
    const program = await gpu.load('one');
    await device.place([gpu.actor(program, 'one')]);
    for (let round = 0; round < 4; round++) {
      const first = round % 2 === 0 ? device.whileParked([], pause) : gpu.load('two');
      const running = device.runGrid(gpu.launch(program));
      const loading = gpu.load('three');
      loading.catch(() => undefined); // told below
      await first;
      await until(() => gpu.isRunning('spin'));
      await wait(100);
      await gpu.endFunction('spin');
      expect(await running).toMatchObject({ kind: 'done' });
      await loading;
    }
  });

  it('keeps a load waiting, and nothing else', async () => {
    const gpu = new FakeGpu({ mode: 'slices' });
    await using device = gpu.device;
    const program = await gpu.load('one');
    const one = gpu.actor(program, 'one');
    await device.place([one]);
    const running = device.runGrid(gpu.launch(program));
    await until(() => gpu.isRunning('spin'));
    const loading = gpu.load('two');
    const later = device.runGrid(gpu.launch(program, 1));
    await until(() => !gpu.isRunning('one'));
    expect(await device.whileParked([one.actorId], pause)).toEqual({ kind: 'done' });
    gpu.arena.u32[(one.address + ACTOR.command) >>> 2] = 1;
    device.wake(one.address);
    await until(() => gpu.isRunning('one'));
    expect([gpu.isRunning('other'), device.isBusy()]).toEqual([false, true]);
    await gpu.endFunction('spin');
    expect(await running).toMatchObject({ kind: 'done' });
    await loading;
    await gpu.endFunction('other');
    expect(await later).toMatchObject({ kind: 'done' });
  });
});
