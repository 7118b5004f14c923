import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { conformanceImage } from '../testing/conformance-kernels.ts';
import { nextImage } from '../testing/conformance-versions.ts';
import { Stage } from '../testing/stage.ts';
import type { Actor } from './actor.ts';
import type { Program } from './programs.ts';

const RELAYS = 3;
const ACTORS = RELAYS + 1;

const move = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('send' as const), to: fc.nat(RELAYS - 1), count: fc.nat(30) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('step' as const), to: fc.constant(0), count: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('switch' as const), to: fc.nat(RELAYS), count: fc.nat(0) }) },
  /** `to` says by its bits which actors, `count` whether to the old version or the new one. */
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('reload' as const), to: fc.nat(2 ** ACTORS - 1), count: fc.nat(1) }),
  },
);

async function launch({ runtime }: Stage, program: Program): Promise<readonly Actor[]> {
  const queue = { capacity: 16, outbox: 1 };
  const sink = await runtime.launch(program.kernel('sink'), { queue });
  const relays = await runtime.launchAll(
    Array.from({ length: RELAYS }, (_, index) => ({ kernel: program.kernel('relay'), name: `relay${index}`, queue })),
  );
  for (const relay of relays) runtime.connect(relay, 'out', sink);
  return [...relays, sink];
}

describe('a network of actors whose code changes while they run', () => {
  it('loses, repeats and reorders nothing, whoever moves when', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 50 }), fc.nat(), async (moves, seed) => {
        const stage = new Stage(seed);
        const { runtime } = stage;
        const versions = [await runtime.load(conformanceImage), await runtime.load(nextImage)];
        const actors = await launch(stage, versions[0]!);
        const [sink] = actors.slice(-1);
        const underWay: Promise<unknown>[] = actors.map((actor) => actor.activate());
        const sent = actors.map(() => 0);
        for (const { kind, to, count } of moves) {
          const actor = actors[to]!;
          if (kind === 'send') {
            for (let i = 0; i < count; i++)
              if (actor.trySend({ producer: to, sequence: sent[to] }) !== undefined) sent[to]!++;
          } else if (kind === 'switch') {
            if (actor.state === 'active') underWay.push(actor.deactivate());
            else if (actor.state === 'deactivated') underWay.push(actor.activate());
          } else if (kind === 'reload') {
            const chosen = actors.filter((_, index) => ((to >> index) & 1) === 1);
            underWay.push(runtime.reload(versions[count]!, chosen));
          }
          stage.steps(kind === 'step' ? count : 0);
          await Promise.resolve();
        }
        await stage.drive(Promise.all(underWay));
        await stage.drive(runtime.quiet());
        for (const actor of actors) if (actor.state === 'deactivated') await stage.drive(actor.activate());
        await stage.drive(runtime.quiet());
        const all = sent.reduce((sum, count) => sum + count, 0);
        const summary = await stage.drive(sink!.request({ value: 0 }, { type: 'Question' }));
        expect(summary).toMatchObject({ received: all, disordered: 0 });
        expect(runtime.channels.map((channel) => channel.sent)).toEqual(sent.slice(0, RELAYS));
        expect(actors.map((actor) => actor.telemetry()[0]!.processed)).toEqual([...sent.slice(0, RELAYS), all + 1]);
        expect(runtime.deadLetters.total).toBe(0);
      }),
      { numRuns: 300, seed: 17 },
    );
  });
});
