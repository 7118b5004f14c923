import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { formatBytes } from '../../../app/device/arena.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import type { Finding } from './finding.ts';

const KERNEL = `#include <ring_kernel.cuh>
struct Question { int32_t a; int32_t b; };
struct Answer { int32_t sum; };
RING_KERNEL(self_test);
RING_ON(self_test, Question) { ctx.reply(Answer{msg.a + msg.b}); }
`;

/** Really compiles, with an empty cache, launches and asks. */
export async function checkDevice(): Promise<readonly Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ringstudio-doctor-'));
  try {
    await writeFile(join(folder, 'self_test.cu'), KERNEL);
    await using runtime = await createRuntime({ device: 'cpu', cacheDir: join(folder, 'cache') });
    const memory = `an arena of ${formatBytes(runtime.device.arena.sizeBytes)} shared with the workers`;
    return [{ name: 'shared memory', status: 'ok', detail: memory }, ...(await selfTest(runtime, folder))];
  } catch (error) {
    return [failed('CPU device', error)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function selfTest(runtime: StudioRuntime, folder: string): Promise<readonly Finding[]> {
  const startedMs = performance.now();
  let compiler: Finding;
  let program;
  try {
    program = await runtime.compile(join(folder, 'self_test.cu'));
    const { startDurationMs = 0 } = runtime.compiler.statistics;
    const detail = `started in ${seconds(startDurationMs)}, first kernel after ${seconds(performance.now() - startedMs)}`;
    compiler = { name: 'compiler', status: 'ok', detail };
  } catch (error) {
    return [failed('compiler', error)];
  }
  try {
    const actor = await runtime.launch(program.kernel('self_test'));
    await actor.activate();
    const { sum } = await actor.request<{ sum: number }>({ a: 20, b: 22 });
    if (sum !== 42) throw new Error(`20 + 22 came back as ${sum}`);
    return [compiler, { name: 'CPU device', status: 'ok', detail: `${runtime.device.description}: a kernel answered` }];
  } catch (error) {
    return [compiler, failed('CPU device', error)];
  }
}

function failed(name: string, error: unknown): Finding {
  return { name, status: 'failed', detail: String(error).replace(/\s*\n\s*/g, ' ') };
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
