import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import type { CudaNative } from '../bindings/cuda-native.ts';
import { loadAddon } from '../bindings/load-addon.ts';
import { nativeDir, needsAddon } from './fake-libraries.ts';

let cuda: CudaNative;
let words: Int32Array;

beforeEach((context) => {
  needsAddon(context);
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  ({ cuda } = loaded.addon);
  words = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
});

test('a change is told with its value, whatever the pause', async () => {
  for (const longestPauseUs of [20, 500, 20_000]) {
    let told: ((value: number) => void) | undefined;
    using _watch = cuda.watchWord(words.subarray(3), (value) => told?.(value), { longestPauseUs });
    for (let value = 1; value <= 3; value++) {
      await sleep(5);
      const change = new Promise<number>((resolve) => (told = resolve));
      Atomics.add(words, 3, 1);
      expect(await change).toBe(Atomics.load(words, 3));
    }
  }
});

test('it looks at most once a pause when nothing happens, and rests almost all the time', async () => {
  using watch = cuda.watchWord(words, () => undefined, { spinUs: 0, shortestPauseUs: 1000, longestPauseUs: 10_000 });
  await sleep(100);
  const before = watch.figures();
  const startedAt = performance.now();
  await sleep(300);
  const after = watch.figures();
  const elapsedMs = performance.now() - startedAt;
  expect(after.changes).toBe(0);
  expect(after.pauses).toBeGreaterThan(before.pauses);
  // A pause is never shorter than it was asked for: these bounds hold on the busiest machine.
  expect(after.looks - before.looks).toBeLessThanOrEqual(elapsedMs / 10 + 2);
});

test('after a change it looks busily for a while, then pauses get longer', async () => {
  let count = 0;
  using watch = cuda.watchWord(words, () => count++, { spinUs: 2000, shortestPauseUs: 50, longestPauseUs: 50_000 });
  await expect.poll(() => watch.figures().pauses).toBeGreaterThan(5);
  const before = watch.figures();
  Atomics.add(words, 0, 1);
  await expect.poll(() => count).toBe(1);
  await expect.poll(() => watch.figures().pauses).toBeGreaterThan(before.pauses + 5);
  const after = watch.figures();
  expect(after.changes).toBe(1);
  // Far more looks than pauses: it did not rest between them.
  expect(after.looks - before.looks).toBeGreaterThan(10 * (after.pauses - before.pauses));
});

test('a thousand changes in one turn are told together, the last one for sure', async () => {
  const told: number[] = [];
  using watch = cuda.watchWord(words, (value) => told.push(value));
  for (let change = 0; change < 1000; change++) Atomics.add(words, 0, 1);
  await expect.poll(() => told.at(-1)).toBe(1000);
  expect(told.length).toBeLessThanOrEqual(watch.figures().changes);
});

test('disposing ends it for good, twice as well, and from its own callback', async () => {
  let count = 0;
  const watch = cuda.watchWord(words, () => {
    count++;
    watch[Symbol.dispose]();
    watch[Symbol.dispose]();
  });
  Atomics.add(words, 0, 1);
  await expect.poll(() => count).toBe(1);
  Atomics.add(words, 0, 1);
  await sleep(20);
  expect(count).toBe(1);
  expect(() => watch.figures()).toThrow(expect.objectContaining({ name: 'RING_STALE_HANDLE' }));
});

test('many watch many words', async () => {
  const told = new Set<number>();
  const watches = Array.from({ length: 20 }, (_, index) =>
    cuda.watchWord(words.subarray(index * 32), () => told.add(index)),
  );
  for (const index of watches.keys()) Atomics.store(words, index * 32, -1);
  await expect.poll(() => told.size).toBe(20);
  for (const watch of watches) watch[Symbol.dispose]();
});
