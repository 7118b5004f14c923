import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fnv1a32 } from '../base/fnv1a.ts';
import { conformanceImages } from '../testing/conformance-versions.ts';
import { Stage } from '../testing/stage.ts';
import type { Routing } from './routing.ts';

interface Seen {
  readonly what: number;
  readonly actor: number;
  readonly value: number | string;
}

/** Instances that get the message with that number, by the documentation. */
function receivers(routing: Routing, instances: number, { index, producer }: { index: number; producer: number }) {
  if (routing === 'roundRobin') return [index % instances];
  if (routing === 'broadcast') return Array.from({ length: instances }, (_, instance) => instance);
  return [fnv1a32(new Uint8Array(Uint32Array.of(producer).buffer)) % instances];
}

const routings = fc.constantFrom<Routing>('roundRobin', 'broadcast', { key: 'producer' });

test('each instance gets what the model says, in order, and no time runs backwards', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      routings,
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(6), { minLength: 1, maxLength: 60 }),
      async (seed, routing, instances, producers) => {
        const stage = new Stage(seed);
        await using runtime = stage.runtime;
        const program = await runtime.load(conformanceImages.get('conformance.cu')!);
        const messaging = await runtime.load(conformanceImages.get('conformance_messaging.cu')!);
        const queue = { capacity: 16 };
        const relay = await runtime.launch(program.kernel('relay'), { queue });
        const witness = await runtime.launch(messaging.kernel('witness'), { instances, queue });
        runtime.connect(relay, 'out', witness, { routing });
        await stage.drive(Promise.all([relay.activate(), witness.activate()]));
        const expected = Array.from({ length: instances }, (): number[] => []);
        const found = Array.from({ length: instances }, (): number[] => []);
        const messages = producers.map((producer, sequence) => ({ producer, sequence, value: 0 }));
        for (const [index, { producer }] of messages.entries())
          for (const instance of receivers(routing, instances, { index, producer })) expected[instance]!.push(index);
        const count = expected.reduce((sum, { length }) => sum + length, 0);
        let latest = 0n;
        const receiving = (async () => {
          const last = new Map<number, bigint>();
          for (let received = 0; received < count; received++) {
            const message = (await witness.receive())!;
            const { what, actor, value } = message.json() as unknown as Seen;
            found[actor]!.push(what);
            const handled = BigInt(value);
            expect(message.hlc).toBeGreaterThan(handled);
            expect(message.hlc).toBeGreaterThan(last.get(actor) ?? 0n);
            last.set(actor, message.hlc);
            latest = message.hlc > latest ? message.hlc : latest;
          }
        })();
        await stage.drive(relay.sendBatch(messages));
        await stage.drive(receiving);
        expect(found).toEqual(expected);
        // What the host sends now is later than all that it has seen, though its clock may have stood still.
        await stage.drive(witness.send(messages[0]!, { type: 'Item' }));
        const reaction = (await stage.drive(witness.receive()))!.json() as unknown as Seen;
        expect(BigInt(reaction.value)).toBeGreaterThan(latest);
      },
    ),
    { numRuns: 80, seed: 92 },
  );
});
