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

let compiler: Compiler;
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
  const runtime = await createRuntime({ arenaBytes: 2 ** 28, ...options, device: 'cuda', gpu: gpu++ % GPUS, compiler });
  const load = (file: string): Promise<Program> => runtime.compile(join(kernels, file));
  const [program, namesake] = [await load('conformance.cu'), await load('conformance_namesake.cu')];
  return { runtime, program, namesake, load };
}

if (process.env['SCRATCH'] === undefined)
  describeDevice('cuda (stand-in)', Object.assign(open, { faultsSpread: true }));
import { test } from 'vitest';
if (process.env['SCRATCH'] !== undefined)
  test('scratch', async () => {
    const t0 = performance.now();
    const say = (...a: unknown[]) => process.stderr.write(`${(performance.now() - t0).toFixed(0)} ${a.join(' ')}\n`);
    for (let round = 0; round < 20; round++) {
      say('---', round);
      const parts = await open();
      say('open');
      const { runtime, program } = parts;
      const actor = await runtime.launch(program.kernel('probe'));
      say('launched', actor.state);
      const u32 = runtime.device.arena.u32;
      const timer = setInterval(() => {
        const dir = u32[(1024 + 12) >>> 2]!;
        const a = u32[(dir + 4) >>> 2]!;
        const w = u32[(a + 260) >>> 2]!;
        say(
          'cmd',
          u32[a >>> 2],
          'ack',
          u32[(a + 4) >>> 2],
          'state',
          u32[(a + 8) >>> 2],
          'beat',
          u32[(a + 12) >>> 2],
          'signals',
          u32[(w + 172) >>> 2],
          'current',
          u32[(w + 128) >>> 2],
          'parked',
          u32[(w + 140) >>> 2],
          'bell',
          u32[(1024 + 128) >>> 2],
          'sleeping',
          u32[(1024 + 132) >>> 2],
        );
      }, 1000);
      await Promise.race([actor.activate(), new Promise((r) => setTimeout(r, 5000))]);
      say('activated', actor.state);
      clearInterval(timer);
      await runtime[Symbol.asyncDispose]();
      say('disposed');
      if (actor.state !== 'active' && actor.state !== 'terminated') break;
    }
  }, 100000);
