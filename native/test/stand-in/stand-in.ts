import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = join(folder, '..', '..', '..');
const cache = join(root, 'node_modules', '.cache', 'driver-stand-in');
const compiler = process.env['CXX'] ?? 'c++';
const LOCK_STALE_MS = 10 * 60_000;

/** Where the driver stand-in lies once it is compiled. */
export interface StandIn {
  /** Exports the driver's entry points and NVRTC's: both are opened from it. */
  readonly library: string;
  /** Runs one scenario (harness/). */
  readonly harness: string;
}

/** Skips the test where the stand-in cannot work. */
export async function needsStandIn(context: TestContext): Promise<void> {
  if (process.platform !== 'linux') context.skip('the driver stand-in is for Linux');
  if (process.arch !== 'x64' && process.arch !== 'arm64')
    context.skip(`the driver stand-in has no fibers for ${process.arch}`);
  try {
    await promisify(execFile)(compiler, ['--version']);
  } catch {
    context.skip(`there is no ${compiler} here`);
  }
}

/** Compiles what has changed. Takes a minute the first time; several processes may call it at once. */
export async function buildStandIn(flags: readonly string[] = []): Promise<StandIn> {
  const sources = ['host', 'device', 'harness'].flatMap((name) => filesOf(join(folder, name)));
  const hash = createHash('sha256').update([compiler, ...flags].join('\n'));
  for (const path of [...sources, join(folder, 'ring_standin.h')]) hash.update(path).update(readFileSync(path));
  const place = join(cache, hash.digest('hex').slice(0, 16));
  const built = { library: join(place, 'libring_standin.so'), harness: join(place, 'harness') };
  mkdirSync(cache, { recursive: true });
  while (!existsSync(place)) {
    const lock = `${place}.lock`;
    if (!takeLock(lock)) {
      await sleep(200);
      continue;
    }
    try {
      if (!existsSync(place)) await build(place, flags);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return built;
}

function filesOf(path: string): readonly string[] {
  return readdirSync(path)
    .toSorted()
    .map((name) => join(path, name));
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const made = statSync(lock, { throwIfNoEntry: false });
    if (made !== undefined && Date.now() - made.mtimeMs > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

async function build(place: string, flags: readonly string[]): Promise<void> {
  const workshop = `${place}.${process.pid}`;
  mkdirSync(workshop, { recursive: true });
  const common = ['-std=c++20', '-Wall', '-Wextra', '-Werror', '-fPIC', '-fvisibility=hidden', ...flags];
  const definitions = [
    `-DRING_STANDIN_HEADERS="${join(folder, 'device')}"`,
    `-DRING_STANDIN_CPU_HEADERS="${join(root, 'kernels', 'cpu')}"`,
  ];
  const units = ['host', 'harness'].flatMap((name) =>
    filesOf(join(folder, name))
      .filter((path) => path.endsWith('.cc'))
      .map((source, index) => ({ name, source, object: join(workshop, `${name}${index}.o`) })),
  );
  await inParallel(units, ({ name, source, object }) =>
    run([...common, name === 'host' ? '-O1' : '-O0', ...definitions, '-c', source, '-o', object]),
  );
  const objectsOf = (wanted: string) => units.filter(({ name }) => name === wanted).map(({ object }) => object);
  const library = join(workshop, 'libring_standin.so');
  // Named by its file alone: the folder gets another name when everything is there.
  const linked = ['-shared', '-Wl,-soname,libring_standin.so', '-o', library, '-ldl', '-lpthread'];
  await run([...flags, ...objectsOf('host'), ...linked]);
  const rest = ['-Wl,-rpath,$ORIGIN', library, '-o', join(workshop, 'harness'), '-lpthread'];
  await run([...flags, ...objectsOf('harness'), ...rest]);
  // NVRTC's library of device functions, which whoever opens NVRTC looks for beside it.
  symlinkSync('libring_standin.so', join(workshop, 'libnvrtc-builtins.so.12.8'));
  for (const { object } of units) rmSync(object);
  renameSync(workshop, place);
}

async function run(args: readonly string[]): Promise<void> {
  await promisify(execFile)(compiler, [...args], { maxBuffer: 16 << 20 });
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

export interface ScenarioResult {
  /** What the scenario reports. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What kernels have printed before that. */
  readonly printed: string;
  /** The stand-in's complaints. */
  readonly complaints: string;
}

/** Runs a scenario in a process of its own; `settings` as ring_standin.h has them. */
export async function runScenario(
  standIn: StandIn,
  name: string,
  { settings = '', env = {} }: { readonly settings?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ScenarioResult> {
  const { stdout, stderr } = await promisify(execFile)(standIn.harness, [name], {
    env: { ...process.env, RING_KERNELS: join(root, 'kernels'), RING_STANDIN: settings, ...env },
    timeout: 120_000,
    maxBuffer: 16 << 20,
  });
  const lines = stdout.trimEnd().split('\n');
  const values: unknown = JSON.parse(lines.at(-1) ?? '');
  return {
    values: values as Readonly<Record<string, unknown>>, // the harness prints one object
    printed: lines.slice(0, -1).join('\n'),
    complaints: stderr,
  };
}
