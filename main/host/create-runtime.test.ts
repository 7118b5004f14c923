import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ArenaBlock } from '../../app/device/arena.ts';
import { codeOf } from '../../app/testing/conformance/bench.ts';
import { createCompiler, type Compiler } from '../compile/compiler.ts';
import { createRuntime, type StudioRuntime } from './create-runtime.ts';
import { compilerFiles, packageRoot } from './package-root.ts';

const PROGRAM_BYTES = 262_144;
const root = packageRoot(import.meta.url);
const conformance = join(root, 'kernels', 'test', 'conformance.cu');
const folder = mkdtempSync(join(tmpdir(), 'create-runtime-'));
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(async () => {
  await compiler[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function open(): Promise<StudioRuntime> {
  return createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 27 });
}

/** Where the next program would be linked. */
function nextRoom({ device: { arena } }: StudioRuntime): number {
  const room: ArenaBlock = arena.allocateProgram('a probe', PROGRAM_BYTES);
  arena.free(room);
  return room.address;
}

function source(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const BIG = `#include <ring_kernel.cuh>
struct Question { unsigned index; };
struct Answer { unsigned value; };
__device__ unsigned table[100000];
RING_KERNEL(big);
RING_ON(big, Question) { ctx.reply(Answer{table[msg.index % 100000]++}); }
`;

describe('a runtime that compiles', () => {
  it('keeps no room for a program that cannot be compiled or loaded', async () => {
    await using runtime = await open();
    const before = nextRoom(runtime);
    expect(await codeOf(runtime.compile(join(folder, 'missing.cu')))).toBe('SourceNotFound');
    expect(nextRoom(runtime)).toBe(before);
    expect(await codeOf(runtime.compile(source('broken.cu', 'int x = ;')))).toBe('CompileFailed');
    expect(nextRoom(runtime)).toBe(before);
    const aborted = runtime.compile(conformance, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toThrow();
    expect(nextRoom(runtime)).toBe(before);
    runtime.device.load = () => Promise.reject(new Error('no such device'));
    await expect(runtime.compile(conformance)).rejects.toThrow('no such device');
    expect(nextRoom(runtime)).toBe(before);
  });

  it('keeps no room when the second link of a large program fails', async () => {
    await using runtime = await open();
    const before = nextRoom(runtime);
    const compile = compiler.compile.bind(compiler);
    let links = 0;
    compiler.compile = (...rest) => (++links === 2 ? Promise.reject(new Error('aborted')) : compile(...rest));
    try {
      await expect(runtime.compile(source('big.cu', BIG))).rejects.toThrow('aborted');
    } finally {
      compiler.compile = compile;
    }
    expect(nextRoom(runtime)).toBe(before);
  });

  it('uses the room of a program that is unloaded again, with fresh static data', async () => {
    await using runtime = await open();
    const before = nextRoom(runtime);
    const path = source('big.cu', BIG);
    for (let round = 0; round < 3; round++) {
      const program = await runtime.compile(path);
      expect(program.image.staticData.address).toBe(before);
      const big = await runtime.launch(program.kernel('big'));
      await big.activate();
      expect(await big.request({ index: 99_999 })).toEqual({ value: 0 });
      expect(await big.request({ index: 99_999 })).toEqual({ value: 1 });
      await big.terminate();
      await runtime.remove(big);
      await runtime.unload(program);
      expect(nextRoom(runtime)).toBe(before);
    }
  });

  it('compiles nothing once it is disposed', async () => {
    const runtime = await open();
    const compiling = codeOf(runtime.compile(source('other.cu', BIG.replaceAll('big', 'other'))));
    await runtime[Symbol.asyncDispose]();
    expect(await compiling).toBe('RuntimeDisposed');
    expect(await codeOf(runtime.compile(conformance))).toBe('RuntimeDisposed');
  });
});
