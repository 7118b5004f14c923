import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

import { describeDevice, type BenchParts, type BenchOptions } from '../../../app/testing/device-conformance.ts';
import type { Arena } from '../../../app/device/arena.ts';
import { fillLowerHalf } from '../../../app/testing/fill-lower-half.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';

const root = packageRoot(import.meta.url);
const kernels = join(root, 'kernels', 'test');
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(() => compiler[Symbol.asyncDispose]());

function opening(workers: number, fill: (arena: Arena) => void = () => undefined, arenaBytes = 2 ** 28) {
  return async (options: BenchOptions = {}): Promise<BenchParts> => {
    const runtime = await createRuntime({
      ...options,
      workers,
      compiler,
      arenaBytes: options.arenaBytes ?? arenaBytes,
    });
    if (options.arenaBytes === undefined) fill(runtime.device.arena);
    const load = (file: string): Promise<Program> => runtime.compile(join(kernels, file));
    const [program, namesake] = [await load('conformance.cu'), await load('conformance_namesake.cu')];
    return { runtime, program, namesake, load };
  };
}

describeDevice('cpu with 1 worker', opening(1));
describeDevice('cpu with 2 workers, beyond 2 GiB', opening(2, fillLowerHalf, 2 ** 32));
