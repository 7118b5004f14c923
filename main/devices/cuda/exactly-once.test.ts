import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Actor } from '../../../app/runtime/actor.ts';
import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

/** A million is worth its time after a change of the protocol: RINGSTUDIO_EXACTLY_ONCE=1000000. */
const COUNT = Number(process.env['RINGSTUDIO_EXACTLY_ONCE'] ?? 100_000);
const RELOADS = 8;
/** Messages that come back between two reloads, at least. */
const BETWEEN = 200;
const AT_ONCE = 1024;
const LIMIT_MS = 600_000;
/** What a relay of conformance_next.cu adds to a value. */
const BY_NEXT = 1000;

interface Item {
  producer: number;
  sequence: number;
  value: number;
}

const folder = mkdtempSync(join(tmpdir(), 'ringstudio-edits-'));
let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => void (compiler = await useStandIn('optimize=1,sms=16')), BUILD_MS);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await compiler?.[Symbol.asyncDispose]();
});

/** Host → first → second → host, one actor after the other. */
class Chain {
  sent = 0;
  taken = 0;
  disordered = 0;
  /** Messages by how many of the two actors ran the next version. */
  readonly byVersion = [0, 0, 0];
  readonly first: Actor;
  readonly second: Actor;

  constructor(first: Actor, second: Actor) {
    this.first = first;
    this.second = second;
  }

  static async open(runtime: StudioRuntime): Promise<Chain> {
    const program = await runtime.compile(join(kernels, 'conformance.cu'));
    const queue = { capacity: 4096 };
    const launch = (name: string): Promise<Actor> => runtime.launch(program.kernel('relay'), { name, queue });
    const chain = new Chain(await launch('first'), await launch('second'));
    runtime.connect(chain.first, 'out', chain.second);
    for (const actor of [chain.second, chain.first]) await actor.activate();
    return chain;
  }

  /** Sends while there is room and `count` is not reached, takes what has come, for one turn of the event loop. */
  async turn(count = Infinity): Promise<void> {
    const most = Math.min(AT_ONCE, count - this.sent);
    if (most > 0)
      this.sent += this.first.sendEach<Item>(most, (item, index) => {
        item.producer = 0;
        item.sequence = item.value = this.sent + index;
      });
    this.second.receiveEach<Item>(({ sequence, value }) => {
      if (sequence !== this.taken) this.disordered += 1;
      this.taken += 1;
      const version = (value - sequence) / BY_NEXT;
      this.byVersion[version] = (this.byVersion[version] ?? 0) + 1;
    });
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The rest of `count`, or of what is under way. */
  async finish(count = this.sent): Promise<void> {
    while (this.taken < count && this.disordered === 0) await this.turn(count);
  }
}

/** Each of `count` messages once, in order, by what came back and by everybody's books. */
function expectWhole(runtime: StudioRuntime, chain: Chain, count: number): void {
  const { sent, taken, disordered } = chain;
  expect({ sent, taken, disordered }).toEqual({ sent: count, taken: count, disordered: 0 });
  for (const actor of [chain.first, chain.second])
    expect(actor.telemetry()).toMatchObject([{ processed: count, sent: count, dropped: 0, depth: 0 }]);
  expect(runtime.channels).toMatchObject([{ from: 'first', to: 'second', sent: count }]);
  expect(runtime.undelivered()).toEqual([]);
  expect(runtime.deadLetters.total).toBe(0);
}

describe('host → actor → actor → host, on cuda (stand-in)', () => {
  it(
    `has each of ${COUNT.toString()} messages once and in order, and everybody's counts say so`,
    { timeout: LIMIT_MS },
    async () => {
      await using runtime = await openRuntime(compiler!);
      const chain = await Chain.open(runtime);
      await chain.finish(COUNT);
      await runtime.quiet();
      expectWhole(runtime, chain, COUNT);
      expect(chain.byVersion).toEqual([COUNT, 0, 0]);
    },
  );

  it(
    'loses, repeats and reorders nothing while versions take turns, and stays as it is where one does not compile or fit',
    { timeout: LIMIT_MS },
    async () => {
      await using runtime = await openRuntime(compiler!, { ledger: true });
      const chain = await Chain.open(runtime);
      const old = join(kernels, 'conformance.cu');
      const next = join(kernels, 'conformance_next.cu');
      const broken = join(folder, 'broken.cu');
      writeFileSync(broken, '#include <ring_kernel.cuh>\nRING_KERNEL(relay)\n');
      const edit = async (file: string): Promise<void> => {
        await runtime.reload(await runtime.compile(file), [chain.first, chain.second]);
      };
      /** Messages flow while it lasts, and after it until enough have come back that were sent later. */
      const underLoad = async (work: Promise<void>): Promise<void> => {
        const until = { isOver: false };
        const over = work.finally(() => (until.isOver = true));
        over.catch(() => undefined); // told below
        while (!until.isOver) await chain.turn();
        await over;
        for (const target = chain.sent + BETWEEN; chain.taken < target;) await chain.turn();
      };
      await underLoad(Promise.resolve());
      expect(chain.byVersion.slice(1)).toEqual([0, 0]);
      for (let round = 0; round < RELOADS; round++) {
        await underLoad(edit(round % 2 === 0 ? next : old));
        if (round % 4 !== 0) continue;
        const [, , before] = chain.byVersion;
        await expect(underLoad(edit(broken))).rejects.toMatchObject({ code: 'CompileFailed' });
        await expect(underLoad(edit(join(kernels, 'conformance_reset.cu')))).rejects.toMatchObject({
          code: 'IncompatibleReload',
        });
        await underLoad(Promise.resolve());
        expect(chain.byVersion[2]).toBeGreaterThan(before! + BETWEEN / 2);
      }
      await chain.finish();
      await runtime.quiet();
      expectWhole(runtime, chain, chain.sent);
      const [byOld, , byNext] = chain.byVersion;
      expect(Math.min(byOld!, byNext!)).toBeGreaterThan((RELOADS / 2) * BETWEEN);
      const { begun, processed, open } = runtime.ledger!.totals;
      expect({ audit: runtime.ledger!.audit(), begun, processed, open }).toEqual({
        ...{ audit: [], begun: 3 * chain.sent, processed: 3 * chain.sent, open: 0 },
      });
    },
  );
});
