import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { CudaNative } from '../bindings/cuda-native.ts';
import { loadAddon } from '../bindings/load-addon.ts';
import { nativeDir, needsAddon } from './fake-libraries.ts';
import { COMPILE_MS, refusal, sharedBytes } from './recording-driver.fixture.ts';
import { buildStandIn, needsStandIn } from './stand-in/stand-in.ts';

let library = '';
beforeEach(needsAddon);
beforeEach(needsStandIn);
beforeAll(async () => {
  process.env['RING_STANDIN'] = 'devices=2';
  ({ library } = await buildStandIn());
}, COMPILE_MS);

function loadCuda(): CudaNative {
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  return loaded.addon.cuda;
}

test('memory that one GPU’s context has pinned is mapped by another one, and stays as long as that does', async () => {
  const cuda = loadCuda();
  const [first, second] = [0, 1].map((ordinal) => cuda.openContext({ libraries: [library], ordinal }));
  const [{ context: owner }, { context: other }] = [await first!, await second!];
  const bytes = sharedBytes();
  bytes.set([7, 8, 9], 64);
  const host = await cuda.registerMemory(owner, bytes);
  const view = await cuda.mapMemory(other, host);
  const memory = await cuda.allocateMemory(other, 8);
  await cuda.copyMemory({ memory: view, offset: 64 }, { memory, offset: 0 }, 3);
  expect([...(await cuda.readMemory({ memory, offset: 0 }, 3))]).toEqual([7, 8, 9]);
  expect(await refusal(cuda.mapMemory(owner, host))).toMatchObject({ name: 'RING_BAD_ARGUMENT' });
  expect(await refusal(cuda.release(host))).toMatchObject({ name: 'RING_IN_USE' });
  expect(await refusal(cuda.closeContext(owner))).toMatchObject({ name: 'RING_IN_USE' });
  await cuda.closeContext(other);
  await cuda.closeContext(owner);
});
