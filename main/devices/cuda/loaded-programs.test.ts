import { expect, test } from 'vitest';

import type { CudaContext } from './cuda-context.ts';
import { createArena } from '../arena/create-arena.ts';
import { imageOf, refusal } from './fake-gpu.fixture.ts';
import { LoadedPrograms } from './loaded-programs.ts';
import type { Gpus } from './gpus.ts';

const resident = refusal('RING_RESIDENT', 'transient', { detail: 'one is in flight' });
const invalid = refusal('CUDA_ERROR_INVALID_HANDLE', 'programmer', { detail: 'no such module' });

/** A GPU with modules of which releases end so; loads all that it is asked for. */
function scene(refusals: (typeof resident)[]) {
  const arena = createArena(2 ** 25);
  const released: number[] = [];
  let count = 0;
  const answer = <T>(value: T) => Promise.resolve(value);
  const cuda = {
    loadModule: () => answer({ module: ++count }),
    getFunction: () => answer({ function: 1 }),
    getGlobal: () => answer({ memory: 1, sizeBytes: 8 }),
    writeAddress: () => answer(undefined),
    writeMemory: () => answer(undefined),
    release: (module: number) => {
      const refused = refusals.shift();
      if (refused !== undefined) return Promise.reject(refused);
      released.push(module);
      return answer(undefined);
    },
  };
  const gpu = {
    index: 0,
    context: { cuda, arena } as unknown as CudaContext,
    clock: { calibrate: () => answer(undefined) },
  };
  return { gpus: { all: [gpu], first: gpu } as unknown as Gpus, released };
}

async function unloadTwo({ gpus }: ReturnType<typeof scene>): Promise<LoadedPrograms> {
  const programs = new LoadedPrograms();
  for (const name of ['one', 'two']) programs.unload(await programs.load(imageOf([name]), gpus));
  return programs;
}

test('programs whose release is refused for now are released later', async () => {
  const given = scene([resident]);
  const programs = await unloadTwo(given);
  await expect(programs.release(given.gpus)).rejects.toBe(resident);
  await programs.release(given.gpus);
  await programs.release(given.gpus);
  expect(given.released).toEqual([1, 2]);
});

test('one that the driver does not give back for good keeps nobody from loading', async () => {
  const given = scene([invalid]);
  const programs = await unloadTwo(given);
  await programs.release(given.gpus);
  await programs.release(given.gpus);
  expect(given.released).toEqual([2]);
});

test('a module that cannot be loaded now is not called a bad one', async () => {
  const given = scene([]);
  const { cuda } = given.gpus.first.context;
  Object.assign(cuda, { loadModule: () => Promise.reject(resident) });
  await expect(new LoadedPrograms().load(imageOf(['one']), given.gpus)).rejects.toMatchObject({ code: 'DeviceBusy' });
});
