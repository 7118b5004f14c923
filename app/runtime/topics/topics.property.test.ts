import fc from 'fast-check';
import { expect, test } from 'vitest';

import { conformanceImages } from '../../testing/conformance-versions.ts';
import { Stage } from '../../testing/stage.ts';
import type { Actor } from '../actor.ts';

const TOPICS = ['a', 'a/b', 'a/c', 'b', 'b/c/d'];
const SUBSCRIBERS = 3;

/** As a regular expression: another way than the one under test. */
function matches(pattern: string, topic: string): boolean {
  const levels = pattern.split('/').map((level) => (level === '*' ? '[^/]+' : level));
  const source = levels.join('/').replace(/\/#$/, '(/.*)?').replace(/^#$/, '.*');
  return new RegExp(`^${source}$`).test(topic);
}

type Step =
  | { readonly kind: 'subscribe'; readonly who: number; readonly pattern: string }
  | { readonly kind: 'unsubscribe'; readonly which: number }
  | { readonly kind: 'publish'; readonly topic: string; readonly count: number; readonly isByHost: boolean }
  | { readonly kind: 'retain'; readonly topic: string };

const topic = fc.constantFrom(...TOPICS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('subscribe' as const),
    who: fc.nat(SUBSCRIBERS), // the last one is the host
    pattern: fc.constantFrom(...TOPICS, '#', 'a/#', '*', 'a/*', '*/c/d', 'b/#'),
  }),
  fc.record({ kind: fc.constant('unsubscribe' as const), which: fc.nat(5) }),
  fc.record({
    kind: fc.constant('publish' as const),
    topic,
    count: fc.integer({ min: 1, max: 20 }),
    isByHost: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('retain' as const), topic }),
);

/** Who subscribes to what, and how many messages each has got. */
class Model {
  readonly counts = Array<number>(SUBSCRIBERS + 1).fill(0);
  readonly subscriptions: { readonly who: number; readonly pattern: string }[] = [];
  readonly retained = new Set<string>();

  subscribe(who: number, pattern: string): void {
    this.subscriptions.push({ who, pattern });
    for (const text of this.retained) if (matches(pattern, text)) this.counts[who]!++;
  }

  publish(text: string, count: number): void {
    const matching = this.subscriptions.filter(({ pattern }) => matches(pattern, text)).map(({ who }) => who);
    for (const who of new Set(matching.filter((other) => other < SUBSCRIBERS))) this.counts[who]! += count;
    this.counts[SUBSCRIBERS]! += matching.filter((who) => who === SUBSCRIBERS).length * count;
  }
}

test('any sequence of subscriptions and publications gives everybody what the model gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(step, { maxLength: 14 }), async (seed, steps) => {
      const stage = new Stage(seed);
      await using runtime = stage.runtime;
      const program = await runtime.load(conformanceImages.get('conformance.cu')!);
      const messaging = await runtime.load(conformanceImages.get('conformance_messaging.cu')!);
      const publisher = await runtime.launch(messaging.kernel('publisher'), { queue: { capacity: 16 } });
      const sinks: Actor[] = [];
      for (let who = 0; who < SUBSCRIBERS; who++) {
        const options = { name: `sink${who.toString()}`, queue: { capacity: 16 }, instances: 1 + (who % 2) };
        sinks.push(await runtime.launch(program.kernel('sink'), options));
      }
      await stage.drive(Promise.all([publisher, ...sinks].map((actor) => actor.activate())));
      const model = new Model();
      const disposables: Disposable[] = [];
      let heard = 0;
      const type = program.kernel('relay').info.outputs[0]!.message;
      for (const move of steps) {
        if (move.kind === 'subscribe') {
          const listener = (): void => {
            heard++;
          };
          disposables.push(runtime.subscribe(move.pattern, sinks[move.who] ?? listener));
          model.subscribe(move.who, move.pattern);
        }
        if (move.kind === 'unsubscribe' && disposables[move.which] !== undefined) {
          disposables.splice(move.which, 1)[0]![Symbol.dispose]();
          model.subscriptions.splice(move.which, 1);
        }
        if (move.kind === 'publish' && move.isByHost) {
          const item = { producer: 0, sequence: 0, value: 1 };
          for (let i = 0; i < move.count; i++) await stage.drive(runtime.publish(move.topic, item, { type }));
          model.publish(move.topic, move.count);
        }
        if (move.kind === 'publish' && !move.isByHost) {
          await stage.drive(publisher.send({ topic: move.topic, count: move.count }, { type: 'Post' }));
          model.publish(move.topic, move.count);
        }
        if (move.kind === 'retain') {
          await stage.drive(publisher.send({ topic: move.topic, retained: true }, { type: 'Post' }));
          model.publish(move.topic, 1);
          model.retained.add(move.topic);
        }
        await stage.drive(runtime.quiet());
      }
      const processed = sinks.map((sink) => sink.telemetry().reduce((sum, each) => sum + each.processed, 0));
      expect([...processed, heard]).toEqual(model.counts);
      expect(runtime.deadLetters.total).toBe(0);
    }),
    { numRuns: 60, seed: 91 },
  );
});
