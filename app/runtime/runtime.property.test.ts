import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { conformanceImage } from '../testing/conformance-kernels.ts';
import { Stage } from '../testing/stage.ts';
import type { Actor } from './actor.ts';
import { canMove } from './lifecycle.ts';
import { QueueTally } from './queue-tally.ts';
import type { RingKernelRuntime } from './runtime.ts';

const RELAYS = 3;

const move = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('send' as const), to: fc.nat(RELAYS - 1), count: fc.nat(30) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('step' as const), to: fc.constant(0), count: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('switch' as const), to: fc.nat(RELAYS), count: fc.constant(0) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('poison' as const), to: fc.constant(0), count: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), to: fc.nat(RELAYS), count: fc.nat(9) }) },
);

interface Network {
  readonly relays: readonly Actor[];
  readonly sink: Actor;
}

async function launch({ runtime }: Stage, overflow: 'block' | 'reject'): Promise<Network> {
  const program = await runtime.load(conformanceImage);
  const queue = { capacity: 16, outbox: 1 };
  const sink = await runtime.launch(program.kernel('sink'), { queue: { ...queue, overflow } });
  const relays = await runtime.launchAll(
    Array.from({ length: RELAYS }, (_, index) => ({ kernel: program.kernel('relay'), name: `relay${index}`, queue })),
  );
  for (const relay of relays) runtime.connect(relay, 'out', sink);
  return { relays, sink };
}

/** Failures of the sink start relays again, too. */
function supervise(runtime: RingKernelRuntime): void {
  const backoff = { minMs: 1, maxMs: 20 };
  const children = ['relay0', 'sink', 'relay1'];
  runtime.supervise({ id: 'top', strategy: 'rest-for-one', children, maxRestarts: 2, withinMs: 50, backoff });
}

/** Every accepted message is processed, waits, or is a dead letter. */
function checkAccounts(runtime: RingKernelRuntime, { relays, sink }: Network): void {
  let sent = 0;
  for (const relay of relays) {
    const [telemetry] = relay.telemetry();
    const [instance] = relay.instances;
    expect(instance!.accepted).toBe(telemetry!.processed + telemetry!.depth);
    expect(telemetry!.processed).toBe(telemetry!.sent + instance!.outboxDepth);
    sent += telemetry!.sent;
  }
  const [telemetry] = sink.telemetry();
  const ended = telemetry!.processed + telemetry!.depth + runtime.deadLetters.total;
  expect(sink.instances[0]!.accepted + sent).toBe(ended);
  expect(telemetry!.latencyNs?.count ?? 0).toBe(telemetry!.processed);
}

/** The tally says the same of the queues as the actors' own counters. */
function checkTally(tally: QueueTally, runtime: RingKernelRuntime, { relays, sink }: Network): void {
  const all = [...relays, sink];
  const { accepted, fromActors, finished, waiting, isEmpty } = tally.take();
  expect(accepted + fromActors).toBe(finished + waiting);
  const processed = all.reduce((sum, actor) => sum + actor.telemetry()[0]!.processed, 0);
  expect(finished).toBe(processed + (runtime.deadLetters.counts.get('actor-failed') ?? 0));
  const depths = all.flatMap(({ instances }) => instances.map(({ depth, outboxDepth }) => depth + outboxDepth));
  expect(isEmpty).toBe(depths.every((depth) => depth === 0));
}

describe('a network of actors, whoever moves when', () => {
  it('accounts for every message, and comes to rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(move, { maxLength: 40 }),
        fc.constantFrom('block' as const, 'reject' as const),
        fc.boolean(),
        fc.nat(),
        async (moves, overflow, isSupervised, seed) => {
          const stage = new Stage(seed);
          const { runtime } = stage;
          const network = await launch(stage, overflow);
          const { relays, sink } = network;
          const all = [...relays, sink];
          if (isSupervised) supervise(runtime);
          const commands: Promise<void>[] = all.map((actor) => actor.activate());
          const sequences = new Map<Actor, number>();
          const tally = new QueueTally(all);
          let isWhole = overflow === 'block';
          for (const { kind, to, count } of moves) {
            const actor = all[to]!;
            if (kind === 'send' && canMove(actor.state, 'terminating') && actor.state !== 'failed') {
              for (let i = 0; i < count; i++) {
                const sequence = sequences.get(actor) ?? 0;
                if (actor.trySend({ producer: to, sequence }) !== undefined) sequences.set(actor, sequence + 1);
              }
            } else if (kind === 'switch') {
              if (actor.state === 'active') commands.push(actor.deactivate());
              else if (actor.state === 'deactivated') commands.push(actor.activate());
            } else if (kind === 'poison' && count === 0 && ['active', 'deactivated'].includes(sink.state)) {
              if (sink.trySend({ producer: 666, sequence: 0 }, { type: 'Item' }) !== undefined) isWhole = false;
            } else if (kind === 'end' && count === 0) {
              if (actor === sink) isWhole = false;
              if (actor.state !== 'terminating') commands.push(actor.terminate());
            }
            stage.steps(kind === 'step' ? count : 0);
            checkTally(tally, runtime, network);
            // What is under way (an actor told to end, say) counts as soon as it is seen.
            await Promise.resolve();
          }
          await stage.drive(Promise.all(commands));
          await stage.drive(runtime.quiet());
          checkAccounts(runtime, network);
          checkTally(tally, runtime, network);
          for (const actor of all) if (actor.state === 'deactivated') await stage.drive(actor.activate());
          await stage.drive(runtime.quiet());
          checkAccounts(runtime, network);
          if (!isWhole || sink.state !== 'active') return;
          const summary = await stage.drive(sink.request({ value: 0 }, { type: 'Question' }));
          expect(summary).toMatchObject({ disordered: 0 });
        },
      ),
      { numRuns: 300, seed: 61 },
    );
  });
});
