import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ActorFailure } from '../../../app/runtime/runtime.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';

const root = packageRoot(import.meta.url);
const source = join(root, 'kernels', 'test', 'simt_faults.cu');
const lines = readFileSync(source, 'utf8').split('\n');
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(() => compiler[Symbol.asyncDispose]());

const lineOf = (mark: string): number => lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;

interface Found {
  readonly cause: string;
  readonly detail: string;
  readonly line: number | undefined;
}

/** Sends one message to an actor that fails on it; then another one to an actor of the same program on the same worker. */
async function failOn(type: string, message: Record<string, number> = {}): Promise<Found> {
  await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 28, handlerBudgetMs: 150 });
  const failing = new Promise<ActorFailure>((resolve) => runtime.onDidFailActor.on(resolve));
  const program = await runtime.compile(source);
  const faulty = await runtime.launch(program.kernel('faulty'));
  const healthy = await runtime.launch(program.kernel('faulty'), { name: 'healthy' });
  for (const actor of [faulty, healthy]) await actor.activate();
  await faulty.send(message, { type });
  const { fault } = await failing;
  await healthy.send({ limit: 64 }, { type: 'Branches' });
  expect((await healthy.receive({ signal: AbortSignal.timeout(20_000) }))?.json()).toEqual({ threads: 64 });
  return { cause: fault.cause, detail: fault.detail, line: (await fault.location)?.line };
}

describe('what goes wrong between threads fails their actor and no other:', () => {
  it('barriers in branches that not all threads take, with the lines of both', async () => {
    const { cause, detail, line } = await failOn('Branches', { limit: 16 });
    expect(cause).toBe('divergent-barrier');
    expect(detail).toContain(`16 threads from 0 on at simt_faults.cu:${lineOf('one')}`);
    expect(detail).toContain(`48 threads from 16 on at simt_faults.cu:${lineOf('other')}`);
    expect(detail).not.toContain('in block');
    expect(line).toBe(lineOf('one'));
  });

  it('threads that wait for others of their warp, which wait for the block', async () => {
    const { cause, detail } = await failOn('Missing');
    expect(cause).toBe('divergent-barrier');
    expect(detail).toContain(`simt_faults.cu:${lineOf('half of them')} (__syncwarp)`);
    expect(detail).toContain(`simt_faults.cu:${lineOf('the rest')}`);
  });

  it('lanes of one mask that call different functions', async () => {
    const { cause, detail } = await failOn('Mixed');
    expect(cause).toBe('divergent-barrier');
    expect(detail).toContain(`16 threads from 0 on at simt_faults.cu:${lineOf('votes')} (__ballot_sync)`);
    expect(detail).toContain(`16 threads from 16 on at simt_faults.cu:${lineOf('shuffles')} (__shfl_sync)`);
  });

  it('a mask that does not name the lane', async () => {
    const { cause, detail, line } = await failOn('Mask');
    expect([cause, line]).toEqual(['not-in-mask', lineOf('not named')]);
    expect(detail).toContain('in block 0, thread 5');
  });

  it('a barrier in a loop without end', async () => {
    const { cause, line } = await failOn('Endless');
    expect([cause, line]).toEqual(['runaway', lineOf('for ever')]);
  });

  it('a trap behind a barrier, with its line and thread', async () => {
    const { cause, detail, line } = await failOn('Trap', { thread: 37 });
    expect([cause, line]).toEqual(['trap', lineOf('trapped')]);
    expect(detail).toContain('in block 0, thread 37');
  });

  it('a recursion without end in one of them, which has a stack of its own', async () => {
    const { cause, detail } = await failOn('Deep');
    expect(cause).toBe('stack-overflow');
    expect(detail).toBe('a thread used more than its stack of 32 KiB in block 0, thread 40');
  });

  it.each([
    ['Counts', 'another count'],
    ['Zero', 'no barrier of its own'],
  ])('a named barrier that is none: %s', async (type, mark) => {
    const { cause, line } = await failOn(type);
    expect([cause, line]).toEqual(['invalid-barrier', lineOf(mark)]);
  });
});
