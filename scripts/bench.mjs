// npm run bench: runs bench/*.bench.ts; `npm run bench -- NAME` only those whose file name contains NAME. With
// `--device cuda [--gpu N]` on a GPU, those that can be.
//
// A benchmark exports `title: string` and `run(context)`, where context is
//   args    what follows NAMEs after a second `--`
//   print   prints one line
//   record  ({ name, value, unit, note? }): prints one measurement, and keeps it for dist/bench/<name>.json
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { ensureRendererBuilt } from './build-renderer.mjs';
import { findChromium } from './chromium.mjs';
import { ensureSetUp, root } from './setup.mjs';

/** @typedef {{ name: string, value: number, unit: string, note?: string }} Measurement */

/** First argument of the process that runs one benchmark. */
const ONE = '--one';
const folder = join(root, 'bench');
const output = join(root, 'dist', 'bench');
const STAND_IN = 'THE DRIVER IS A STAND-IN: these figures mean nothing.';
/**
 * Why a benchmark does not run with --device cuda.
 *
 * @type {Readonly<Record<string, string | undefined>>}
 */
const NOT_ON_CUDA = {
  allocation: 'it is about the heap of the host',
  buffers: 'buffers lie in the same memory on both devices: what it measures is the host',
  desktop: 'it is about the packaged application',
  memory: 'it is about worker threads',
  overflow: 'it is not adapted to GPUs yet',
  registers: 'nothing runs in it: nvcc tells what entries need',
  simt: 'it compares with native code on the processor',
  state: 'it is not adapted to GPUs yet',
  'studio-window': 'it is about the window, which is the same',
};

if (process.argv[2] === ONE) {
  await runOne(process.argv[3] ?? '', process.argv.slice(4));
} else {
  await runAll();
}

async function runAll() {
  await ensureSetUp();
  await ensureBuilt();
  await ensureRendererBuilt();
  const [all, args] = splitArguments(process.argv.slice(2));
  const chosen = chooseDevice(all);
  if (chosen === undefined) return;
  const { names, device, gpu } = chosen;
  const files = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => file.endsWith('.bench.ts'))
    .filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
  if (files.length === 0) {
    console.error(
      names.length === 0 ? 'bench/ has no *.bench.ts yet.' : `No benchmark is called ${names.join(' or ')}.`,
    );
    process.exitCode = 2;
    return;
  }
  await bundle(files);
  if (device === 'cuda' && !(await announceGpu(gpu))) return;
  const env = files.some((file) => file.startsWith('studio-window')) ? await withBrowser() : process.env;
  console.log(conditions());
  for (const file of files) {
    const reason = device === 'cuda' ? NOT_ON_CUDA[basename(file, '.bench.ts')] : undefined;
    if (reason !== undefined) {
      console.log(`\n${basename(file, '.bench.ts')}: does not apply to CUDA: ${reason}`);
      continue;
    }
    const script = fileURLToPath(import.meta.url);
    const options = ['--expose-gc', script, ONE, basename(file, '.bench.ts'), ...args];
    const run = async (variables = {}) =>
      spawnSync(process.execPath, options, { stdio: 'inherit', env: { ...env, ...variables } }).status;
    const status = file.startsWith('desktop') ? await withPackage(run) : await run();
    if (status !== 0) process.exitCode = 1;
  }
  if (process.env['RINGSTUDIO_BENCH_MACHINE']?.startsWith(STAND_IN)) console.log(`\n${STAND_IN}`);
}

/**
 * Takes --device and --gpu out of the arguments, and passes them on to the benchmarks' processes. Undefined when they are
 * wrong, which is told.
 *
 * @param {readonly string[]} words
 */
function chooseDevice(words) {
  const names = [...words];
  /** @param {string} option @param {string} otherwise */
  const take = (option, otherwise) => {
    const at = names.indexOf(option);
    return at === -1 ? otherwise : (names.splice(at, 2)[1] ?? '');
  };
  const [device, gpu] = [take('--device', 'cpu'), take('--gpu', '0')];
  if (!['cpu', 'cuda'].includes(device) || !/^\d+$/.test(gpu)) {
    console.error('--device takes cpu or cuda, --gpu a number: npm run bench -- --device cuda --gpu 0 latency');
    process.exitCode = 2;
    return undefined;
  }
  process.env['RINGSTUDIO_BENCH_DEVICE'] = device;
  process.env['RINGSTUDIO_BENCH_GPU'] = gpu;
  return { names, device, gpu: Number(gpu) };
}

/** @param {number} gpu @returns {Promise<boolean>} whether it is there */
async function announceGpu(gpu) {
  const { cudaMachine } = await import(pathToFileURL(join(output, 'cuda-machine.js')).href);
  try {
    const { lines, isStandIn } = await cudaMachine(gpu);
    for (const line of lines) console.log(line);
    if (isStandIn) console.log(STAND_IN);
    process.env['RINGSTUDIO_BENCH_MACHINE'] = [...(isStandIn ? [STAND_IN] : []), ...lines].join('; ');
    return true;
  } catch (error) {
    console.error(`No benchmark runs: ${error}`);
    process.exitCode = 3;
    return false;
  }
}

/**
 * Packs the application first: its figures are about what users get.
 *
 * @param {(variables: NodeJS.ProcessEnv) => Promise<number | null>} run
 */
async function withPackage(run) {
  const { stagePackage } = await import('./stage-package.mjs');
  const { makeIcons } = await import('./make-icons.mjs');
  const { withPackedApplication } = await import('./package/packed-application.mjs');
  await stagePackage();
  await makeIcons(join(root, 'dist', 'package', 'build-resources'));
  return withPackedApplication(({ resources }) => run({ RINGSTUDIO_PACKED_RESOURCES: resources }));
}

async function withBrowser() {
  const browser = await findChromium((line) => console.error(line));
  if ('reason' in browser) console.error(`studio-window cannot run: ${browser.reason}`);
  return 'path' in browser ? { ...process.env, RINGSTUDIO_CHROMIUM: browser.path } : process.env;
}

/** Without them a figure says nothing. The load is that of the last minute. */
function conditions() {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}`;
  const gpu = process.env['RINGSTUDIO_BENCH_MACHINE'];
  const here = `node ${process.version}, ${process.platform} ${process.arch}, ${machine}, load ${loadavg()[0]?.toFixed(1)}`;
  return gpu === undefined ? here : `${here}; ${gpu}`;
}

/** @param {readonly string[]} files */
async function bundle(files) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: ['cuda-machine.ts', ...files].map((file) => `bench/${file}`),
    outdir: output,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}

/**
 * In a process of its own: what one benchmark leaves in the heap and in the compiler does not touch the next.
 *
 * @param {string} name
 * @param {readonly string[]} args
 */
async function runOne(name, args) {
  const benchmark = await import(pathToFileURL(join(output, `${name}.bench.js`)).href);
  console.log(`\n${benchmark.title}`);
  /** @type {Measurement[]} */
  const measurements = [];
  /** @param {Measurement} measurement */
  const record = (measurement) => {
    measurements.push(measurement);
    const { name: label, value, unit, note = '' } = measurement;
    console.log(`  ${label.padEnd(44)} ${String(Number(value.toPrecision(4))).padStart(12)} ${unit.padEnd(8)} ${note}`);
  };
  try {
    await benchmark.run({ args, print: (/** @type {string} */ line) => console.log(`  ${line}`), record });
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  mkdirSync(output, { recursive: true });
  const report = { title: benchmark.title, conditions: conditions(), measurements };
  const suffix = process.env['RINGSTUDIO_BENCH_DEVICE'] === 'cuda' ? '.cuda' : '';
  writeFileSync(join(output, `${name}${suffix}.json`), `${JSON.stringify(report, null, 2)}\n`);
}

/**
 * @param {string[]} all
 * @returns {[names: string[], args: string[]]}
 */
function splitArguments(all) {
  const separator = all.indexOf('--');
  return separator === -1 ? [all, []] : [all.slice(0, separator), all.slice(separator + 1)];
}
