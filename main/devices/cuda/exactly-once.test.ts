import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { Chain, expectWhole } from './chain.fixture.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

const COUNT = 1_000_000;
const RELOADS = 8;
/** Messages that come back between two reloads, at least. */
const BETWEEN = 200;
const LIMIT_MS = 600_000;

const folder = mkdtempSync(join(tmpdir(), 'ringstudio-edits-'));
let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => void (compiler = await useStandIn('optimize=1,sms=16')), BUILD_MS);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await compiler?.[Symbol.asyncDispose]();
});

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
