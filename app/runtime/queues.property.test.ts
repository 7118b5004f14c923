import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { conformanceImage } from '../testing/conformance-kernels.ts';
import { Stage } from '../testing/stage.ts';
import type { Actor } from './actor.ts';
import type { OverflowPolicy } from './overflow.ts';
import type { Fate } from './receipts.ts';

const CAPACITY = 16;
const URGENT_RUN = 64;

/** A host message as the model sees it. */
interface Sent {
  readonly sequence: number;
  readonly deadlineAtMs: number;
}

/** What an actor's host queues do, in plain words. The actor takes only when it is told to. */
class QueueModel {
  readonly handled: number[] = [];
  readonly fates = new Map<number, string>();
  readonly lanes: { readonly normal: Sent[]; readonly urgent: Sent[] } = { normal: [], urgent: [] };
  readonly #policy: OverflowPolicy;
  readonly #window: { readonly key: number; readonly sequence: number }[] = [];
  readonly #dedup: number;
  #urgentRun = 0;

  constructor(policy: OverflowPolicy, dedup: number) {
    this.#policy = policy;
    this.#dedup = dedup;
  }

  send(message: Sent, lane: 'normal' | 'urgent', key: number | undefined): void {
    const { sequence } = message;
    if (key !== undefined && this.#window.some((entry) => entry.key === key)) {
      this.fates.set(sequence, 'duplicate');
      return;
    }
    const queue = this.lanes[lane];
    if (queue.length === CAPACITY) {
      if (this.#policy === 'reject') this.fates.set(sequence, 'rejected');
      if (this.#policy === 'dropNewest') this.fates.set(sequence, 'dropped-newest');
      if (this.#policy === 'deadLetter') this.fates.set(sequence, 'queue-full');
      if (this.#policy !== 'dropOldest') return;
      this.fates.set(queue.shift()!.sequence, 'dropped-oldest');
    }
    queue.push(message);
    if (key === undefined || this.#dedup === 0) return;
    this.#window.push({ key, sequence });
    if (this.#window.length > this.#dedup) this.#window.shift();
  }

  clear(): void {
    for (const { sequence } of [...this.lanes.normal.splice(0), ...this.lanes.urgent.splice(0)])
      this.fates.set(sequence, 'cleared');
  }

  /** The actor does all that it can. */
  drain(nowMs: number): void {
    const { normal, urgent } = this.lanes;
    while (normal.length + urgent.length > 0) {
      const isUrgent = urgent.length > 0 && (this.#urgentRun < URGENT_RUN || normal.length === 0);
      this.#urgentRun = isUrgent ? Math.min(this.#urgentRun + 1, URGENT_RUN) : 0;
      const { sequence, deadlineAtMs } = (isUrgent ? urgent : normal).shift()!;
      const isLate = nowMs >= deadlineAtMs;
      this.fates.set(sequence, isLate ? 'expired' : 'processed');
      if (!isLate) this.handled.push(sequence);
    }
  }
}

function nameOf(fate: Fate): string {
  return 'reason' in fate ? fate.reason : fate.outcome;
}

const move = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      count: fc.integer({ min: 1, max: 24 }),
      isUrgent: fc.boolean(),
      key: fc.option(fc.nat(6), { nil: undefined }),
      deadlineMs: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drain' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 30 }) }) },
);

const policies: readonly OverflowPolicy[] = ['reject', 'dropOldest', 'dropNewest', 'deadLetter'];

/** Counts of fates by their names, those that leave a trace in the telemetry. */
function countsOf(fates: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fate of fates) counts[fate] = (counts[fate] ?? 0) + 1;
  return counts;
}

async function everything({ device, runtime }: Stage): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    device.run();
    await Promise.resolve();
  }
  expect(runtime.device.isBusy()).toBe(false);
}

/** Commands that settle when the device has done all it can. */
async function through(stage: Stage, command: Promise<void>): Promise<void> {
  let isDone = false;
  void command.finally(() => (isDone = true));
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set when the command settles
  while (!isDone) {
    await everything(stage);
    await new Promise(setImmediate);
  }
}

describe('the host queues of an actor', () => {
  it('do what a plain model of them does: all policies, lanes, deadlines, keys and clearing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(move, { maxLength: 30 }),
        fc.constantFrom(...policies),
        fc.nat(3),
        async (moves, overflow, dedup) => {
          const stage = new Stage(1);
          const { runtime, platform } = stage;
          const program = await runtime.load(conformanceImage);
          const relay: Actor = await runtime.launch(program.kernel('relay'), {
            queue: { capacity: CAPACITY, overflow, dedup },
          });
          const model = new QueueModel(overflow, dedup);
          const fates = new Map<number, string>();
          const handled: number[] = [];
          relay.receiveEach(() => undefined); // outputs stay in the ring for this from now on
          let sequence = 0;
          const settled: Promise<unknown>[] = [];
          const drain = async (): Promise<void> => {
            await everything(stage); // what is staged goes into the rings: until then a normal message may overtake it
            await through(stage, relay.activate());
            for (let turn = 0; turn < 60; turn++) {
              await everything(stage);
              relay.receiveEach<{ sequence: number }>((one) => handled.push(one.sequence));
              await new Promise(setImmediate);
            }
            await through(stage, relay.deactivate());
            model.drain(platform.unixMs());
          };
          for (const one of moves) {
            if (one.kind === 'send') {
              for (let count = 0; count < one.count; count++) {
                const own = sequence++;
                const { deadlineMs, key } = one;
                const options = {
                  priority: one.isUrgent ? 200 : 10,
                  ...(deadlineMs === undefined ? {} : { deadlineMs }),
                  ...(key === undefined ? {} : { dedupKey: key }),
                };
                const receipt = relay.sendWithReceipt({ producer: 0, sequence: own }, options).then(
                  (fate) => fates.set(own, nameOf(fate)),
                  () => fates.set(own, 'rejected'),
                );
                settled.push(receipt);
                const deadlineAtMs = deadlineMs === undefined ? Infinity : platform.unixMs() + deadlineMs;
                model.send({ sequence: own, deadlineAtMs }, one.isUrgent ? 'urgent' : 'normal', key);
              }
            } else if (one.kind === 'drain') {
              await drain();
            } else if (one.kind === 'look') {
              await everything(stage); // drops what it is told to; handles nothing
            } else if (one.kind === 'clear') {
              await through(stage, relay.clear());
              model.clear();
            } else {
              platform.pass(one.ms);
            }
            expect(relay.telemetry()[0]!.depth).toBe(model.lanes.normal.length + model.lanes.urgent.length);
          }
          await drain();
          await Promise.all(settled);
          expect(handled).toEqual(model.handled);
          expect(new Map([...fates].sort(([a], [b]) => a - b))).toEqual(
            new Map([...model.fates].sort(([a], [b]) => a - b)),
          );
          const expected = countsOf(model.fates.values());
          const { processed = 0, rejected = 0, ...dropped } = expected;
          expect(relay.telemetry()[0]).toMatchObject({ processed, depth: 0 });
          expect(relay.telemetry()[0]!.droppedByReason).toEqual(dropped);
          expect(relay.instances[0]!.rejected).toBe(rejected);
          expect(runtime.deadLetters.total).toBe((expected['queue-full'] ?? 0) + (expected.expired ?? 0));
          await runtime[Symbol.asyncDispose]();
        },
      ),
      { numRuns: 60, seed: 81 },
    );
  });
});
