import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { ActorFailure } from '../../../app/runtime/runtime.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';

const root = packageRoot(import.meta.url);
const source = join(root, 'kernels', 'test', 'conformance_buffers.cu');
const lines = readFileSync(source, 'utf8').split('\n');
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(() => compiler[Symbol.asyncDispose]());

function lineOf(mark: string): number {
  return lines.findIndex((line) => line.endsWith(`// line: ${mark}`)) + 1;
}

async function start(runtime: StudioRuntime, kernel: string) {
  const program = await runtime.compile(source);
  const actor = await runtime.launch(program.kernel(kernel));
  await actor.activate();
  return actor;
}

describe('a fault with a buffer', () => {
  it.each([
    ['summer', 'summer', { values: null }, 'invalid-buffer'],
    ['scaler', 'scaler', { values: null, factor: 1, count: 1 }, 'invalid-buffer'],
    ['picker', 'picker', { values: [1], index: 1 }, 'out-of-bounds'],
    ['keeper', 'keeper', {}, 'invalid-buffer'],
  ])('of %s has the line of line %s', async (kernel, mark, message, cause) => {
    await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 27 });
    const failure = new Promise<ActorFailure>((resolve) => runtime.onDidFailActor.on(resolve));
    const actor = await start(runtime, kernel);
    await actor.sendJson(message, kernel === 'keeper' ? { type: 'Recall' } : {});
    const { fault } = await failure;
    expect(fault.cause).toBe(cause);
    expect(await fault.location).toMatchObject({ file: 'conformance_buffers.cu', line: lineOf(mark) });
  });
});

describe('a buffer that is released while a handler writes to it', () => {
  it('keeps its memory until the handler has returned', { timeout: 30_000 }, async () => {
    await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 27, handlerBudgetMs: 20_000 });
    const { buffers } = runtime;
    const failures: ActorFailure[] = [];
    runtime.onDidFailActor.on((failure) => failures.push(failure));
    const stirrer = await start(runtime, 'stirrer');
    const stirred = buffers.allocate(Uint32Array, 1024);
    const finished = stirrer.request({ values: stirred, milliseconds: 150 }, { timeoutMs: 20_000 });
    while (stirred.state === 'uninitialized') await new Promise(setImmediate);
    stirred.release();
    expect(buffers.statistics).toMatchObject({ live: 0, retiringBytes: 4096 });
    const others = Array.from({ length: 8 }, () => buffers.from(new Uint32Array(1024)));
    await finished;
    await vi.waitFor(() => expect(buffers.statistics.retiringBytes).toBe(0));
    for (const other of others) expect(other.read().every((word) => word === 0)).toBe(true);
    expect(
      buffers
        .from(new Uint32Array(1024))
        .read()
        .every((word) => word === 0),
    ).toBe(true);
    expect(buffers.statistics.hits).toBe(1);
    expect(failures).toEqual([]);
    for (const { id } of buffers.leaks) buffers.get({ buffer: id }).release();
  });
});

describe('buffers that nobody has released', () => {
  it('are a warning of the process when the runtime ends', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    {
      await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 27 });
      runtime.buffers.allocate('f32', 4, { label: 'forgotten' });
    }
    await new Promise(setImmediate);
    process.off('warning', listen);
    const [warning] = warnings.filter((one) => one.name === 'BufferLeak');
    expect(warning?.message).toMatch(
      /^1 buffer was never released .*\n {2}'forgotten', 4 × float, .*buffers\.test\.ts/,
    );
  });
});
