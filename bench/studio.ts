import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { packageRoot } from '../main/host/package-root.ts';
import {
  createRuntime,
  type Actor,
  type CreateRuntimeOptions,
  type DeviceKind,
  type LaunchOptions,
  type Program,
  type StudioRuntime,
} from '../main/index.ts';

export const root = packageRoot(import.meta.url);

/** Compiled programs and baselines. */
export const benchCache = join(root, 'dist', 'bench', '.cache');

/** What is measured: `npm run bench -- --device cuda` says so, --gpu which. */
export const device: DeviceKind = process.env['RINGSTUDIO_BENCH_DEVICE'] === 'cuda' ? 'cuda' : 'cpu';
const gpu = Number(process.env['RINGSTUDIO_BENCH_GPU'] ?? 0);

/** Actors that even a small GPU holds together. */
export const MOST_ON_GPU = 50;

/** On a GPU one at a time: the blocks of two would take turns. */
export function openRuntime(options: CreateRuntimeOptions = {}): Promise<StudioRuntime> {
  return createRuntime({ cacheDir: benchCache, device, ...(device === 'cuda' && { gpu }), ...options });
}

/** Compiles bench/kernels/<name>.cu. */
export function compileKernel(runtime: StudioRuntime, name: string): Promise<Program> {
  return runtime.compile(join(root, 'bench', 'kernels', `${name}.cu`));
}

/** Compiles bench/kernels/<name>.cu with messages of `sizeBytes`: its `kWords` words of 4 bytes. */
export function compileSized(runtime: StudioRuntime, name: string, sizeBytes: number): Promise<Program> {
  const source = readFileSync(join(root, 'bench', 'kernels', `${name}.cu`), 'utf8');
  const folder = join(benchCache, 'sized');
  const file = join(folder, `${name}_${sizeBytes}.cu`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, source.replace(/kWords = \d+/, `kWords = ${sizeBytes / 4}`));
  return runtime.compile(file);
}

/** Launches a kernel of bench/kernels/<name>.cu, whose outputs are visited in place, and activates it. */
export async function launchActive(
  runtime: StudioRuntime,
  kernel: string,
  options: LaunchOptions = {},
): Promise<Actor> {
  const program = await compileKernel(runtime, kernel);
  const actor = await runtime.launch(program.kernel(kernel), options);
  await actor.activate();
  actor.receiveEach(() => true);
  return actor;
}

const PATIENCE_MS = 0.5;

/**
 * Calls `step` until it says that it is done. It runs without a pause, as a sender at full speed does; only when nothing
 * happens for long it sleeps for a moment, so that the actors get the core that it may share with them.
 */
export async function until(step: () => 'busy' | 'idle' | 'done'): Promise<void> {
  let busyAt = performance.now();
  for (let outcome = step(); outcome !== 'done'; outcome = step()) {
    const now = performance.now();
    if (outcome === 'idle' && now - busyAt > PATIENCE_MS) await delay(1);
    if (outcome === 'busy') busyAt = now;
  }
}
