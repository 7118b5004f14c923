import { describe, expect, it } from 'vitest';

import { refusal, FakeGpu, until } from './fake-gpu.fixture.ts';

describe('the end of a device', () => {
  it('closes the GPU where all leave', async () => {
    const gpu = new FakeGpu();
    await gpu.device.place([gpu.actor(await gpu.load('one'), 'one')]);
    await gpu.device[Symbol.asyncDispose]();
    expect([gpu.isClosed, gpu.device.lost]).toEqual([true, undefined]);
  });

  it('loses the GPU to a handler that does not return', async () => {
    const gpu = new FakeGpu();
    const actor = gpu.actor(await gpu.load('one'), 'one');
    await gpu.device.place([actor]);
    gpu.delayMs.set(actor.actorId, Infinity);
    await gpu.device[Symbol.asyncDispose]();
    expect(gpu.isClosed).toBe(false);
    expect(gpu.device.lost).toMatchObject({
      code: 'DeviceLost',
      message: expect.stringContaining('a handler of actor 1 had not returned when everything was ended') as string,
    });
  });

  it('loses it to a function that does not return, and those that wait behind it are cancelled', async () => {
    const gpu = new FakeGpu();
    const program = await gpu.load('one');
    void gpu.device.runGrid(gpu.launch(program));
    await until(() => gpu.isRunning('spin'));
    const loading = gpu.load('two');
    const later = gpu.device.runGrid(gpu.launch(program));
    for (const waiting of [loading, later]) waiting.catch(() => undefined); // told below
    await gpu.device[Symbol.asyncDispose]();
    expect(gpu.device.lost?.message).toContain('a plain function had not returned');
    await gpu.endFunction('spin');
    await expect(loading).rejects.toMatchObject({ code: 'DeviceLost' });
    await expect(later).rejects.toMatchObject({ code: 'DeviceLost' });
  });

  it('cancels functions that wait for others that do return', async () => {
    const gpu = new FakeGpu();
    const program = await gpu.load('one');
    const running = gpu.device.runGrid(gpu.launch(program));
    await until(() => gpu.isRunning('spin'));
    const later = gpu.device.runGrid(gpu.launch(program));
    const ending = gpu.device[Symbol.asyncDispose]();
    await gpu.endFunction('spin');
    expect(await running).toMatchObject({ kind: 'done' });
    expect(await later).toEqual({ kind: 'cancelled' });
    await ending;
    expect([gpu.isClosed, gpu.device.lost]).toEqual([true, undefined]);
  });

  it('loses it where the driver does not close it', async () => {
    const gpu = new FakeGpu();
    await gpu.load('one');
    gpu.refused.set('closeContext', refusal('CUDA_ERROR_UNKNOWN', 'resource', { detail: 'no' }));
    await gpu.device[Symbol.asyncDispose]();
    expect(gpu.device.lost?.message).toContain('it could not be closed: CUDA_ERROR_UNKNOWN');
  });
});
