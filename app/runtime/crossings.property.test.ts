import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { conformanceImage } from '../testing/conformance-kernels.ts';
import { Stage } from '../testing/stage.ts';
import type { Actor } from './actor.ts';
import { overflowPolicies, type OverflowPolicy } from './overflow.ts';
import { QueueTally } from './queue-tally.ts';

const PRODUCERS = 2;
const CAPACITY = 16;

const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('burst' as const), from: fc.nat(1), count: fc.nat(40) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('step' as const), from: fc.constant(0), count: fc.nat(60) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('switch' as const), from: fc.constant(0), count: fc.constant(0) }),
  },
);

interface Scene {
  readonly stage: Stage;
  readonly producers: readonly Actor[];
  readonly sink: Actor;
}

/** Two producers on two GPUs, one of them the sink's. */
async function open(seed: number, overflow: OverflowPolicy): Promise<Scene> {
  const stage = new Stage(seed, { gpus: [0, 1], ledger: true });
  const { runtime } = stage;
  const program = await runtime.load(conformanceImage);
  const queue = { capacity: CAPACITY, overflow };
  const sink = await runtime.launch(program.kernel('sink'), { gpu: 1, queue });
  const producers = await runtime.launchAll(
    Array.from({ length: PRODUCERS }, (_, gpu) => {
      return { kernel: program.kernel('producer'), name: `producer${gpu}`, gpu, queue: { capacity: CAPACITY } };
    }),
  );
  for (const producer of producers) {
    runtime.connect(producer, 'items', sink);
    await stage.drive(producer.activate());
  }
  return { stage, producers, sink };
}

describe('messages between actors of two GPUs', () => {
  it('each come to one end, in their sender’s order, whatever the receiver’s policy', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1e6),
        fc.array(move, { maxLength: 25 }),
        fc.constantFrom(...overflowPolicies),
        async (seed, moves, overflow) => {
          const { stage, producers, sink } = await open(seed, overflow);
          const { runtime } = stage;
          const tally = new QueueTally([...producers, sink]);
          const next = [0, 0];
          let isActive = false;
          for (const { kind, from, count } of moves) {
            if (kind === 'step') stage.steps(count);
            if (kind === 'burst') {
              const burst = { producer: from, first: next[from]!, count };
              next[from] = next[from]! + count;
              await stage.drive(producers[from]!.send(burst));
            }
            if (kind === 'switch') {
              await stage.drive(isActive ? sink.deactivate() : sink.activate());
              isActive = !isActive;
            }
            const { accepted, fromActors, finished, waiting } = tally.take();
            expect(accepted + fromActors).toBe(finished + waiting);
          }
          await stage.drive(runtime.quiet());
          if (!isActive) await stage.drive(sink.activate());
          await stage.drive(runtime.quiet());
          const sent = next.reduce((sum, count) => sum + count, 0);
          const [telemetry] = sink.telemetry();
          const buried = runtime.deadLetters.counts.get('queue-full') ?? 0;
          const dropped = Object.values(telemetry!.droppedByReason).reduce((sum, count) => sum + count, 0);
          expect(telemetry!.processed + dropped).toBe(sent);
          expect(runtime.deadLetters.total).toBe(buried);
          const loses = overflow !== 'block';
          if (!loses) expect(telemetry!.processed).toBe(sent);
          const state = (await stage.drive(sink.readState())).json();
          expect(state).toMatchObject({ received: telemetry!.processed, ...(!loses && { disordered: 0 }) });
          expect(runtime.undelivered()).toEqual([]);
          expect(runtime.ledger!.audit()).toEqual([]);
          expect(runtime.ledger!.totals.open).toBe(0);
          expect(tally.take()).toMatchObject({ waiting: 0, isEmpty: true, accepted: moves.filter(isBurst).length });
          await runtime[Symbol.asyncDispose]();
        },
      ),
      { numRuns: 100, seed: 17 },
    );
  });

  it('wait where their receiver rests, hold nobody else up, and are told of', async () => {
    const { stage, producers, sink } = await open(1, 'block');
    const { runtime } = stage;
    await stage.drive(producers[0]!.send({ producer: 0, first: 0, count: 3 * CAPACITY }));
    await stage.drive(runtime.quiet());
    expect(sink.telemetry()).toMatchObject([{ depth: CAPACITY }]);
    expect(runtime.undelivered()).toEqual([
      { actor: 'sink#0', count: CAPACITY, reason: 'actor not active' },
      { actor: 'producer0#0', count: 2 * CAPACITY, reason: 'actor blocked' },
    ]);
    await stage.drive(sink.activate());
    await stage.drive(runtime.quiet());
    expect(sink.telemetry()).toMatchObject([{ processed: 3 * CAPACITY, depth: 0 }]);
  });

  it('become dead letters when their receiver ends', async () => {
    const { stage, producers, sink } = await open(2, 'block');
    const { runtime } = stage;
    const [producer] = producers;
    await stage.drive(producer!.send({ producer: 0, first: 0, count: 2 * CAPACITY }));
    await stage.drive(runtime.quiet());
    await stage.drive(sink.terminate());
    await stage.drive(runtime.quiet());
    expect(runtime.deadLetters.counts).toEqual(new Map([['target-terminated', CAPACITY]]));
    const { open: left, deadLettered } = runtime.ledger!.totals;
    expect([left, deadLettered]).toEqual([CAPACITY, new Map([['target-terminated', CAPACITY]])]);
  });

  it('are forgotten with a sender that is removed while they wait', async () => {
    const { stage, producers, sink } = await open(3, 'block');
    const { runtime } = stage;
    const [producer] = producers;
    await stage.drive(producer!.send({ producer: 0, first: 0, count: 2 * CAPACITY }));
    await stage.drive(runtime.quiet());
    await stage.drive(producer!.terminate());
    await stage.drive(runtime.remove(producer!));
    await stage.drive(sink.activate());
    await stage.drive(runtime.quiet());
    expect(sink.telemetry()).toMatchObject([{ processed: CAPACITY }]);
    expect(runtime.ledger!.audit()).toEqual([]);
    expect(runtime.ledger!.totals).toMatchObject({ open: 0, dropped: new Map([['actor-removed', CAPACITY]]) });
  });
});

function isBurst({ kind }: { readonly kind: string }): boolean {
  return kind === 'burst';
}
