import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { Chain, expectWhole } from './chain.fixture.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

const SMS = 8;
const BETWEEN = 200;

const folder = mkdtempSync(join(tmpdir(), 'ringstudio-refused-'));
let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => {
  // The first load is of the chain's first version: CUDA_ERROR_INVALID_IMAGE for the second one.
  compiler = await useStandIn(`optimize=0,sms=${SMS.toString()},fail=cuModuleLoadDataEx@2=200`);
}, BUILD_MS);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await compiler?.[Symbol.asyncDispose]();
});

/** The relay of conformance_next.cu with more blocks than the GPU holds. */
function writeOversized(): string {
  for (const file of ['conformance_next.cu', 'conformance_messages.cuh'])
    cpSync(join(kernels, file), join(folder, file));
  const source = join(folder, 'oversized.cu');
  const blocks = (SMS * 32).toString();
  writeFileSync(source, `#include "conformance_next.cu"\nRING_BLOCK(relay, 1024);\nRING_GRID(relay, ${blocks});\n`);
  return source;
}

describe('an edit under load that the GPU does not take (stand-in)', () => {
  it('leaves the version before it running, which loses nothing: no module of it loads, or its blocks do not fit', async () => {
    await using runtime = await openRuntime(compiler!);
    const chain = await Chain.open(runtime);
    const edit = async (file: string): Promise<void> => {
      await runtime.reload(await runtime.compile(file), [chain.first, chain.second]);
    };
    /** Messages flow while it lasts, and after it until enough have come back that were sent later. */
    const underLoad = async (work: Promise<void>): Promise<void> => {
      const until = { isOver: false };
      const over = work.finally(() => (until.isOver = true));
      over.catch(() => undefined); // told below
      while (!until.isOver) await chain.turn();
      for (const target = chain.sent + BETWEEN; chain.taken < target;) await chain.turn();
      await over;
    };
    const next = join(kernels, 'conformance_next.cu');
    await expect(underLoad(edit(next))).rejects.toMatchObject({ code: 'ModuleRefused' });
    await expect(underLoad(edit(writeOversized()))).rejects.toMatchObject({
      code: 'DoesNotFit',
      message: expect.stringMatching(/blocks/) as string,
    });
    expect(chain.byVersion.slice(1)).toEqual([0, 0]);
    await underLoad(edit(next));
    await chain.finish();
    await runtime.quiet();
    expectWhole(runtime, chain, chain.sent);
    expect(chain.byVersion[2]).toBeGreaterThan(BETWEEN / 2);
  });
});
