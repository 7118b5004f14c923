import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

import { describeDevice, type BenchParts, type BenchOptions } from '../../../app/testing/device-conformance.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';

const root = packageRoot(import.meta.url);
const kernels = join(root, 'kernels', 'test');
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(() => compiler[Symbol.asyncDispose]());

function opening(workers: number) {
  return async (options: BenchOptions = {}): Promise<BenchParts> => {
    const runtime = await createRuntime({ ...options, workers, compiler, arenaBytes: options.arenaBytes ?? 2 ** 28 });
    const load = (file: string): Promise<Program> => runtime.compile(join(kernels, file));
    const [program, namesake] = [await load('conformance.cu'), await load('conformance_namesake.cu')];
    return { runtime, program, namesake, load };
  };
}

const lacks = { threads: 'the CPU device runs one thread of one block so far' };
describeDevice('cpu with 1 worker', opening(1), lacks);
describeDevice('cpu with 2 workers', opening(2), lacks);
