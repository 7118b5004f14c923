import { beforeEach, describe, expect, it, vi } from 'vitest';

import { ACTOR, ACTOR_STATE } from '../../../app/abi/arena-layout.ts';
import { FakeGpu, refusal, until, wait } from './fake-gpu.fixture.ts';

const outOfResources = refusal('CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES', 'resource', { detail: 'not now', code: 701 });
const pause = { run: () => undefined, isExclusive: false, timeoutMs: 1000 };

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockReturnValue(undefined));

describe('actors of which the driver refuses some', () => {
  it('are on no GPU any more when their launch has failed, and those who shared a grid with them are', async () => {
    const gpu = new FakeGpu();
    const { device } = gpu;
    const program = await gpu.load('one', 'two', 'three');
    const before = gpu.actor(program, 'one');
    await device.place([before]);
    gpu.refused.set('three', outOfResources);
    const wanted = ['one', 'two', 'three'].map((kernel) => gpu.actor(program, kernel));
    await expect(device.place(wanted)).rejects.toMatchObject({ code: 'DoesNotFit' });
    expect([...gpu.inFlight]).toEqual([{ kernel: 'one', blockCount: 1 }]);
    await device.remove(wanted.map(({ actorId }) => actorId));
    await gpu.load('next');
    expect([...gpu.inFlight]).toEqual([{ kernel: 'one', blockCount: 1 }]);
    await device[Symbol.asyncDispose]();
    expect(gpu.isClosed).toBe(true);
  });

  it('do not make others fail, and come back as soon as there is room', async () => {
    const gpu = new FakeGpu();
    await using device = gpu.device;
    const program = await gpu.load('one', 'two');
    const [one, two] = [gpu.actor(program, 'one'), gpu.actor(program, 'two')];
    await device.place([one, two]);
    gpu.refused.set('one', outOfResources);
    expect(await device.whileParked([one.actorId, two.actorId], pause)).toEqual({ kind: 'done' });
    expect(gpu.isRunning('two')).toBe(true);
    await device.place([gpu.actor(program, 'two')]);
    await wait(300);
    expect([gpu.isRunning('one'), device.lost]).toEqual([false, undefined]);
    expect(process.emitWarning).toHaveBeenCalledOnce();
    gpu.refused.clear();
    await until(() => gpu.isRunning('one'));
  });

  it('are no reason to give the device up in slices either, and come back when a message waits', async () => {
    const gpu = new FakeGpu({ mode: 'slices' });
    await using device = gpu.device;
    const program = await gpu.load('one');
    const one = gpu.actor(program, 'one');
    await device.place([one]);
    await until(() => gpu.inFlight.size === 0);
    gpu.refused.set('one', outOfResources);
    gpu.arena.u32[(one.address + ACTOR.command) >>> 2] = 1; // something to do
    device.wake(one.address);
    await wait(50);
    expect(device.lost).toBeUndefined();
    gpu.refused.clear();
    await until(() => gpu.isRunning('one'));
  });

  it('take the device along where the context is lost', async () => {
    const gpu = new FakeGpu();
    await using device = gpu.device;
    const program = await gpu.load('one');
    const one = gpu.actor(program, 'one');
    await device.place([one]);
    gpu.refused.set('one', refusal('CUDA_ERROR_ILLEGAL_ADDRESS', 'fatal', { detail: 'gone' }));
    await device.whileParked([one.actorId], pause);
    expect(device.lost).toMatchObject({ code: 'DeviceLost' });
    expect(gpu.arena.u32[(one.address + ACTOR.state) >>> 2]).toBe(ACTOR_STATE.failed);
  });
});

describe('plain functions and actors', () => {
  it('are not launched beside each other where both have no room, and the message says what has', async () => {
    const gpu = new FakeGpu({ multiprocessorCount: 2 });
    await using device = gpu.device;
    const program = await gpu.load('one', 'two');
    const running = device.runGrid(gpu.launch(program));
    await until(() => gpu.isRunning('spin'));
    const actors = ['one', 'two'].map((kernel) => gpu.actor(program, kernel));
    await expect(device.place(actors)).rejects.toMatchObject({
      code: 'DoesNotFit',
      message: expect.stringContaining('there is no room while spin runs') as string,
      tip: 'Try again when the function has ended.',
    });
    await gpu.endFunction('spin');
    expect(await running).toMatchObject({ kind: 'done' });
    await device.place(actors);
    expect(gpu.inFlight.size).toBe(2);
  });

  it('leave actors that are away the room that they come back to', async () => {
    const gpu = new FakeGpu({ mode: 'slices', multiprocessorCount: 1 });
    await using device = gpu.device;
    const program = await gpu.load('one');
    const one = gpu.actor(program, 'one');
    await device.place([one]);
    await until(() => gpu.inFlight.size === 0);
    await expect(device.runGrid(gpu.launch(program))).rejects.toMatchObject({
      code: 'DoesNotFit',
      message: expect.stringContaining('spin has no room') as string,
    });
    gpu.arena.u32[(one.address + ACTOR.command) >>> 2] = 1;
    device.wake(one.address);
    await until(() => gpu.isRunning('one'));
  });
});
