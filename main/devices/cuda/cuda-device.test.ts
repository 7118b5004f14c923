import { join } from 'node:path';
import { beforeAll, afterAll, beforeEach } from 'vitest';

import { describeDevice, type BenchOptions, type BenchParts } from '../../../app/testing/device-conformance.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { buildStandIn, needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';

const root = packageRoot(import.meta.url);
const kernels = join(root, 'kernels', 'test');
const BUILD_MS = 600_000;
/** A context that is lost cannot be opened again in the process: each test takes another GPU. */
const GPUS = 2000;
let gpu = 0;

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => {
  const { library } = await buildStandIn();
  process.env['RINGSTUDIO_CUDA_LIBRARY'] = library;
  process.env['RINGSTUDIO_NVRTC_LIBRARY'] = library;
  process.env['RING_STANDIN'] =
    `devices=${GPUS},sms=64,spin_us=0,optimize=0,cache=${join(root, 'node_modules', '.cache', 'driver-stand-in', 'programs')}`;
  process.env['CUDA_DEVICE_MAX_CONNECTIONS'] = '12';
  compiler = createCompiler(compilerFiles(root));
}, BUILD_MS);
afterAll(() => compiler?.[Symbol.asyncDispose]());

async function open(options: BenchOptions = {}): Promise<BenchParts> {
  const runtime = await createRuntime({
    arenaBytes: 2 ** 28,
    ...options,
    device: 'cuda',
    gpu: gpu++ % GPUS,
    compiler: compiler!,
  });
  const load = (file: string): Promise<Program> => runtime.compile(join(kernels, file));
  const [program, namesake] = [await load('conformance.cu'), await load('conformance_namesake.cu')];
  return { runtime, program, namesake, load };
}

describeDevice('cuda (stand-in)', Object.assign(open, { faultsSpread: true }));
