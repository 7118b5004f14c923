import { beforeAll, describe, expect, it } from 'vitest';

import { compileWatched, type Mutation, type WatchedKernels } from './kernels.fixture.ts';
import { modelCheck } from './model-check.ts';
import { hostRingScenario, inboxScenario, MISTAKE_WORD } from './scenarios.fixture.ts';

const isMade = (mistake: number): string => `*at<volatile u32>(${MISTAKE_WORD}) == ${mistake}`;
const QUEUE = 'ring/actor/ring_queue.cuh';
const MISTAKES: readonly Mutation[] = [
  {
    file: QUEUE,
    from: 'else if (detail::compare_exchange(&r.tail, tail, tail + 1)) {',
    to: `else if (${isMade(1)} ? (store(&r.tail, tail + 1), true) : detail::compare_exchange(&r.tail, tail, tail + 1)) {`,
  },
  {
    file: 'ring/actor/ring_runtime.cc',
    from: 'push_evicting(a, inbox, message) : push(a, inbox, message)',
    to: `push_evicting(a, inbox, message) : (${isMade(2)} ? false : push(a, inbox, message))`,
  },
  {
    file: QUEUE,
    from: '  header* slot = slot_at(r, position);',
    to: `  header* slot = slot_at(r, position); if (${isMade(3)}) store(&slot->sequence, position + 1);`,
  },
];
let kernels: WatchedKernels;
let mistaken: WatchedKernels;
beforeAll(async () => {
  const t = performance.now();
  kernels = await compileWatched();
  console.log('compile', performance.now() - t);
  mistaken = await compileWatched(MISTAKES);
  console.log('compile', performance.now() - t);
});
const show = (r: object) => console.log(JSON.stringify(r));

describe('x', () => {
  it.each([
    [ 1, {producers:2,messages:1,capacity:2}],
    [ 2, {producers:1,messages:2,capacity:1}],
    [ 3, {producers:2,messages:1,capacity:2}],
  ])('mistake %o', (mistake, shape) => {
    show([mistake, modelCheck(inboxScenario(mistaken, {...shape, mistake}))]);
  });
  it.each([
    { producers: 1, messages: 1, capacity: 1, dies: true },
    { producers: 1, messages: 1, capacity: 1, dies: true , forgetsRings: true},
    { producers: 1, messages: 2, capacity: 1, overflow: 'dropOldest' as const },
    { producers: 1, messages: 1, capacity: 1, overflow: 'dropOldest' as const, dies: true },
    { producers: 1, messages: 2, capacity: 1, dies: true },
  ])('inbox %o', (shape) => {
    show([shape, modelCheck(inboxScenario(kernels, shape))]);
  });
});
