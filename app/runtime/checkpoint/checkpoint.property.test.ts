import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { conformanceImage } from '../../testing/conformance-kernels.ts';
import { philox } from '../../testing/philox.ts';
import { Stage } from '../../testing/stage.ts';
import type { Actor } from '../actor.ts';

type Move =
  | { readonly kind: 'send' | 'ask' | 'facts' | 'steps' | 'take'; readonly count: number }
  | { readonly kind: 'pause'; readonly who: 'b' | 'sink' | 'answerer' }
  | { readonly kind: 'checkpoint'; readonly seed: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('facts' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('steps' as const), count: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 20 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('pause' as const), who: fc.constantFrom('b', 'sink', 'answerer') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('checkpoint' as const), seed: fc.nat() }) },
);

const SMALL = { capacity: 16 };

/** One topology on one runtime; the next one continues where it was. */
class Act {
  readonly stage: Stage;
  readonly actors = new Map<string, Actor>();

  private constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Actors get other ids where `isReversed`. */
  static async open(seed: number, isReversed: boolean): Promise<Act> {
    const act = new Act(new Stage(seed));
    const { runtime } = act.stage;
    const program = await runtime.load(conformanceImage);
    const specs = [
      { kernel: program.kernel('relay'), name: 'a', queue: SMALL },
      { kernel: program.kernel('relay'), name: 'b', queue: SMALL },
      { kernel: program.kernel('sink'), instances: 2, queue: SMALL },
      { kernel: program.kernel('asker'), queue: SMALL },
      { kernel: program.kernel('answerer'), queue: SMALL },
      { kernel: program.kernel('probe'), queue: SMALL },
    ];
    for (const actor of await runtime.launchAll(isReversed ? specs.reverse() : specs))
      act.actors.set(actor.name, actor);
    runtime.connect(act.actor('a'), 'out', act.actor('b'));
    runtime.connect(act.actor('a'), 'out', act.actor('sink'));
    runtime.connect(act.actor('asker'), 'questions', act.actor('answerer'));
    return act;
  }

  actor(name: string): Actor {
    return this.actors.get(name)!;
  }

  async activate(isWanted: (label: string) => boolean = () => true): Promise<void> {
    const instances = [...this.actors.values()].flatMap((actor) => actor.instances);
    const resting = instances.filter(({ state, label }) => state !== 'active' && isWanted(label));
    await this.stage.drive(Promise.all(resting.map((instance) => instance.activate())));
  }
}

/** What went in and what came out, over all acts. */
class Account {
  sequence = 0;
  question = 0;
  orders = 0;
  /** What the orders ask for. */
  facts = 0;
  readonly outputs = new Map<string, number[]>([
    ['b', []],
    ['asker', []],
    ['probe', []],
  ]);
  readonly ids = new Set<string>();

  send(act: Act, count: number): void {
    for (let index = 0; index < count; index++) {
      const item = { producer: 1, sequence: this.sequence, value: this.sequence };
      if (act.actor('a').trySend(item) !== undefined) this.sequence++;
    }
  }

  ask(act: Act, count: number): void {
    for (let index = 0; index < count; index++)
      if (act.actor('asker').trySend({ what: 0, argument: this.question }, { type: 'Order' }) !== undefined)
        this.question++;
  }

  order(act: Act, count: number): void {
    if (act.actor('probe').trySend({ what: 3, argument: count }) === undefined) return;
    this.orders++;
    this.facts += count;
  }

  take(act: Act, count: number): number {
    let taken = 0;
    for (const [name, values] of this.outputs) {
      for (let index = 0; index < count; index++) {
        const message = act.actor(name).received.takeNow();
        if (message === undefined) break;
        taken++;
        expect(this.ids.has(message.messageId), 'a message id twice').toBe(false);
        this.ids.add(message.messageId);
        values.push((message.json() as { value: number }).value);
      }
    }
    return taken;
  }
}

interface Played {
  readonly record: Account;
  readonly act: Act;
  /** Id of `probe` in the first act, which its random numbers depend on. */
  readonly probeId: number;
}

async function play(moves: readonly Move[]): Promise<Played> {
  const record = new Account();
  let act = await Act.open(1, false);
  let acts = 1;
  const probeId = act.actor('probe').instances[0]!.id;
  await act.activate();
  for (const step of moves) {
    switch (step.kind) {
      case 'send':
        record.send(act, step.count);
        break;
      case 'ask':
        record.ask(act, step.count);
        break;
      case 'facts':
        record.order(act, step.count);
        break;
      case 'steps':
        act.stage.steps(step.count);
        break;
      case 'take':
        record.take(act, step.count);
        break;
      case 'pause':
        if (act.actor(step.who).state === 'active') await act.stage.drive(act.actor(step.who).deactivate());
        else await act.activate((label) => label.startsWith(step.who));
        break;
      case 'checkpoint': {
        const file = await act.stage.drive(act.stage.runtime.checkpoint());
        act = await Act.open(step.seed, acts++ % 2 === 1);
        const { states } = await act.stage.drive(act.stage.runtime.restore(file));
        await act.activate((label) => states.get(label) === 'active');
        break;
      }
    }
  }
  await act.activate();
  do act.stage.device.run();
  while (record.take(act, 1000) > 0);
  return { record, act, probeId };
}

describe('checkpoints', () => {
  it('at any moment, restored elsewhere, lose nothing, repeat nothing and keep every order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 60 }), async (moves) => {
        const { record, act, probeId } = await play(moves);
        const { sequence, question, facts, orders, outputs } = record;
        expect(outputs.get('b')).toEqual(Array.from({ length: sequence }, (_, value) => value));
        expect(outputs.get('asker')).toEqual(Array.from({ length: question }, (_, value) => value + 1));
        expect(outputs.get('probe')).toEqual(Array.from({ length: facts }, (_, index) => philox(index, 0, probeId)));
        const sinks = await Promise.all([0, 1].map((instance) => act.actor('sink').readState({ instance })));
        const counted = sinks.map(({ value }) => value as { received: number; sum: number });
        const shares = [Math.ceil(sequence / 2), Math.floor(sequence / 2)];
        expect(counted.map(({ received }) => received)).toEqual(shares);
        expect(counted[0]!.sum + counted[1]!.sum).toBe(outputs.get('b')!.reduce((sum, value) => sum + value, 0));
        expect(act.stage.runtime.channels.map(({ sent }) => sent).sort((x, y) => x - y)).toEqual(
          [sequence, sequence, question].sort((x, y) => x - y),
        );
        const telemetry = [...act.actors.values()].flatMap((actor) => actor.telemetry());
        const processed = telemetry.reduce((sum, { processed: count }) => sum + count, 0);
        expect(processed).toBe(sequence * 3 + question * 3 + orders);
        expect(act.stage.runtime.deadLetters.total).toBe(0);
        expect(act.stage.runtime.undelivered()).toEqual([]);
      }),
      { numRuns: 150, seed: 20_261_127 },
    );
  });
});
