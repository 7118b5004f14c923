import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PackedHost } from '../scripts/package/packed-host.mjs';
import { measureResources } from '../scripts/package/packed-sizes.mjs';
import type { BenchContext } from './bench-context.ts';
import { childProcesses, residentBytes } from './processes.ts';
import { summarize } from './rounds.ts';
import { root } from './studio.ts';

export const title =
  'the packaged application: sizes by part, start of its host in plain Node, memory of its processes';

const ROUNDS = 7;
const MIB = 2 ** 20;
const COMPILER = 'compiler.process.js';

type Record = BenchContext['record'];

/** What a start took, in ms since the process was started. */
interface Start {
  readonly connectedMs: number;
  readonly firstAnswerMs: number;
  readonly vectorAddMs: number;
}

export async function run({ print, record }: BenchContext): Promise<void> {
  const resources = process.env['RINGSTUDIO_PACKED_RESOURCES'];
  if (resources === undefined) throw new Error('Run it by `npm run bench -- desktop`, which packs the application.');
  sizes(resources, record);
  const folder = mkdtempSync(join(tmpdir(), 'ringstudio-bench-'));
  try {
    // By one compiled program: with it, and without.
    for (const kind of ['cold', 'warm'] as const) await starts(resources, { kind, folder, record });
    await memory(resources, { folder, print, record });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sizes(resources: string, record: Record): void {
  const parts = measureResources(resources);
  for (const { name, sizeBytes } of parts) record({ name, value: sizeBytes / MIB, unit: 'MiB' });
  const total = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  record({ name: 'all of it', value: total / MIB, unit: 'MiB', note: "unpacked, without Electron's own files" });
}

async function starts(
  resources: string,
  { kind, folder, record }: { readonly kind: 'cold' | 'warm'; readonly folder: string; readonly record: Record },
): Promise<void> {
  const measured: Start[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    if (kind === 'cold') rmSync(join(folder, 'cache'), { recursive: true, force: true });
    const start = await timeStart(resources, folder);
    // The first one brings the files into memory.
    if (round > 0) measured.push(start);
  }
  const what = kind === 'cold' ? 'nothing compiled before' : 'program cached';
  const report = (name: string, values: readonly number[]): void => {
    const { median, note } = summarize(values);
    record({ name: `${name}, ${kind}`, value: median, unit: 'ms', note: `${note}; ${what}` });
  };
  report(
    'spawn → ready for windows',
    measured.map(({ connectedMs }) => connectedMs),
  );
  report(
    'spawn → first request answered',
    measured.map(({ firstAnswerMs }) => firstAnswerMs),
  );
  report(
    'spawn → vector_add answers',
    measured.map(({ vectorAddMs }) => vectorAddMs),
  );
}

async function timeStart(resources: string, folder: string): Promise<Start> {
  const startedAt = performance.now();
  const since = (): number => performance.now() - startedAt;
  const host = startHost(resources, folder);
  try {
    await host.connect();
    const connectedMs = since();
    await host.call('query', 'projects.samples');
    const firstAnswerMs = since();
    await askVectorAdd(host);
    return { connectedMs, firstAnswerMs, vectorAddMs: since() };
  } finally {
    await host.end();
  }
}

function startHost(resources: string, folder: string): PackedHost {
  return new PackedHost({
    harness: join(root, 'scripts', 'package', 'host-harness.mjs'),
    host: join(resources, 'studio', 'dist', 'host.process.js'),
    cwd: folder,
    env: {
      ...process.env,
      RINGSTUDIO_STATE_DIR: join(folder, 'state'),
      RINGSTUDIO_PROJECTS_DIR: join(folder, 'projects'),
      RINGSTUDIO_CACHE_DIR: join(folder, 'cache'),
    },
  });
}

async function askVectorAdd(host: PackedHost): Promise<void> {
  const result = await host.askVectorAdd();
  if (result !== 3) throw new Error(`vector_add answered ${result}`);
}

async function memory(
  resources: string,
  {
    folder,
    print,
    record,
  }: { readonly folder: string; readonly print: BenchContext['print']; readonly record: Record },
): Promise<void> {
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  const host = startHost(resources, folder);
  try {
    await host.connect();
    const idleBytes = residentBytes(host.pid ?? 0);
    await askVectorAdd(host);
    const busyBytes = residentBytes(host.pid ?? 0);
    const [compiler] = childProcesses(COMPILER, host.pid);
    const compilerBytes = compiler === undefined ? undefined : residentBytes(compiler);
    if (idleBytes === undefined || busyBytes === undefined || compilerBytes === undefined) {
      print('skipped: memory of each process (no /proc here)');
      return;
    }
    record({ name: 'host process, ready for windows', value: idleBytes / MIB, unit: 'MiB', note: 'resident' });
    record({ name: 'host process, vector_add runs', value: busyBytes / MIB, unit: 'MiB', note: 'one worker included' });
    record({ name: 'compiler process, after a compile', value: compilerBytes / MIB, unit: 'MiB', note: 'resident' });
  } finally {
    await host.end();
  }
}
