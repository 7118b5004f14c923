import { setTimeout as delay } from 'node:timers/promises';

import type { BenchContext } from './bench-context.ts';
import { childProcesses, cpuMs, residentBytes } from './processes.ts';
import { benchCache, compileKernel, openRuntime } from './studio.ts';

export const title = 'memory and idle CPU: host, workers, compiler process, 1,000 idle actors';

const IDLE_ACTORS = 1000;
const IDLE_MS = 5000;
const WORKERS = 8;
const COMPILER = 'compiler.process.js';

export async function run({ print, record }: BenchContext): Promise<void> {
  const megabytes = (name: string, bytes: number, note = ''): void => {
    record({ name, value: bytes / 2 ** 20, unit: 'MiB', note });
  };
  const rss = (): number => {
    globalThis.gc?.();
    return process.memoryUsage.rss();
  };
  const bare = rss();
  megabytes('Node before the runtime', bare);
  await workers(bare, megabytes, rss);

  // An own cache folder: the compiler process starts only for something to compile.
  await using runtime = await openRuntime({ workers: 1, cacheDir: `${benchCache}/memory-${process.pid}` });
  const program = await compileKernel(runtime, 'counter');
  megabytes('host with one worker and a program', rss() - bare, 'beyond Node');
  const [compiler] = childProcesses(COMPILER);
  const compilerBytes = compiler === undefined ? undefined : residentBytes(compiler);
  if (compilerBytes === undefined) print('skipped: compiler process (no /proc here)');
  else megabytes('compiler process after a compile', compilerBytes);

  const before = rss();
  const actors = await runtime.launch(program.kernel('counter'), { instances: IDLE_ACTORS });
  await actors.activate();
  const each = (rss() - before) / IDLE_ACTORS;
  record({ name: 'idle actor, default queue (1,024)', value: each, unit: 'bytes', note: 'resident, whole process' });

  await delay(500);
  const usage = process.cpuUsage();
  const compilerBefore = compiler === undefined ? undefined : cpuMs(compiler);
  await delay(IDLE_MS);
  const { user, system } = process.cpuUsage(usage);
  const share = ((user + system) / 1000 / IDLE_MS) * 100;
  record({
    name: `idle CPU of host and workers, ${IDLE_ACTORS} actors`,
    value: share,
    unit: '%',
    note: 'of a core; goal < 2',
  });
  if (compiler !== undefined && compilerBefore !== undefined) {
    const spentMs = (cpuMs(compiler) ?? 0) - compilerBefore;
    record({
      name: 'idle CPU of the compiler process',
      value: (spentMs / IDLE_MS) * 100,
      unit: '%',
      note: 'of a core',
    });
  }
}

async function workers(
  bare: number,
  megabytes: (name: string, bytes: number, note?: string) => void,
  rss: () => number,
): Promise<void> {
  const withWorkers = async (count: number): Promise<number> => {
    await using runtime = await openRuntime({ workers: count });
    await runtime.device.settled();
    return rss();
  };
  const one = await withWorkers(1);
  const many = await withWorkers(WORKERS);
  megabytes('host with one worker', one - bare, 'beyond Node');
  megabytes('each further worker', (many - one) / (WORKERS - 1));
}
