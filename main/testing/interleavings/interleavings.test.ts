import { beforeAll, describe, expect, it } from 'vitest';

import { compileWatched, type Mutation, type WatchedKernels } from './kernels.fixture.ts';
import { modelCheck, type CheckResult, type Scenario } from './model-check.ts';
import {
  clearingScenario,
  hostRingScenario,
  inboxScenario,
  MISTAKE_WORD,
  type HostRingShape,
  type InboxShape,
} from './scenarios.fixture.ts';

/** Larger ones too: minutes. */
const isThorough = process.env['RINGSTUDIO_INTERLEAVINGS'] === 'thorough';

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
  kernels = await compileWatched();
  mistaken = await compileWatched(MISTAKES);
});

function check(name: string, scenario: Scenario): CheckResult {
  const result = modelCheck(scenario);
  const { states, transitions, restStates, localStates, seconds } = result;
  const numbers = `${states} states, ${transitions} transitions, ${restStates} ends, ${localStates} local states`;
  process.stdout.write(`${name}: ${numbers}, ${seconds.toFixed(1)} s\n`);
  return result;
}

const hostRings: readonly HostRingShape[] = [
  { messages: 3, capacity: 2 },
  { messages: 3, capacity: 2, sleeps: true },
  { messages: 4, capacity: 2, discards: 2 },
  ...(isThorough ? [{ messages: 4, capacity: 2, sleeps: true, discards: 2 }] : []),
];

const inboxes: readonly InboxShape[] = [
  { producers: 2, messages: 1, capacity: 1 },
  { producers: 1, messages: 2, capacity: 1, sleeps: true },
  { producers: 1, messages: 3, capacity: 2 },
  { producers: 1, messages: 2, capacity: 1, overflow: 'dropOldest' },
  { producers: 1, messages: 1, capacity: 1, dies: true },
  ...(isThorough
    ? ([
        { producers: 2, messages: 1, capacity: 1, overflow: 'dropOldest' },
        { producers: 1, messages: 1, capacity: 1, overflow: 'dropOldest', dies: true },
        { producers: 1, messages: 2, capacity: 1, dies: true },
        { producers: 2, messages: 1, capacity: 1, sleeps: true },
        { producers: 2, messages: 1, capacity: 2, dies: true },
      ] as const)
    : []),
];

describe('in every interleaving', () => {
  it.each(hostRings)('an actor gets what the host sends, once and in order: %o', (shape) => {
    expect(check(`host ring ${JSON.stringify(shape)}`, hostRingScenario(kernels, shape)).trace).toBe('');
  });

  it.each(inboxes)(
    'an actor gets what others send, once and in order, and nobody waits in vain: %o',
    (shape) => {
      expect(check(`inbox ${JSON.stringify(shape)}`, inboxScenario(kernels, shape)).trace).toBe('');
    },
    3_600_000,
  );

  it('emptying both inboxes of an actor drops what was in them, and nothing else', () => {
    expect(check('clearing', clearingScenario(kernels)).trace).toBe('');
  });
});

describe('the explorer finds', () => {
  it('a claim that is not an exchange', () => {
    const result = check('mistake 1', inboxScenario(mistaken, { producers: 2, messages: 1, capacity: 2, mistake: 1 }));
    expect(result.trace).toMatch(/^data race: source 1 and source 2 are both about to touch sink's inbox\[1\]/);
    expect(result.trace.split('\n').slice(-2)).toEqual([
      "source 2 reads sink's inbox.head = 4294967295",
      "source 2 writes sink's inbox.tail = 0",
    ]);
  });

  it('a missing second look for room', () => {
    const result = check('mistake 2', inboxScenario(mistaken, { producers: 1, messages: 2, capacity: 1, mistake: 2 }));
    expect(result.trace).toMatch(/^source 1 waits for room/);
  });

  it('a message that is published before it is written', () => {
    const result = check('mistake 3', inboxScenario(mistaken, { producers: 2, messages: 1, capacity: 2, mistake: 3 }));
    expect(result.trace).toMatch(/^data race: source 1 and sink are both about to touch sink's inbox\[1\]/);
  });

  it('the same on the host', () => {
    const shape = { messages: 2, capacity: 1, publishesEarly: true };
    expect(check('mistake of the host', hostRingScenario(kernels, shape)).trace).toMatch(/^data race: host and sink/);
  });

  it('a claimed slot that the repair has left', () => {
    const shape = { producers: 1, messages: 1, capacity: 1, dies: true, forgetsRings: true };
    const { trace } = check('mistake of the repair', inboxScenario(kernels, shape));
    expect(trace).toMatch(/^1 positions claimed, 0 accounted for/);
    expect(trace).toContain('-- death: source 1');
  });
});
