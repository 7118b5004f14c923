// npm run bench: runs bench/*.bench.ts; `npm run bench -- NAME` only those whose file name contains NAME.
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

if (process.argv[2] === ONE) {
  await runOne(process.argv[3] ?? '', process.argv.slice(4));
} else {
  await runAll();
}

async function runAll() {
  await ensureSetUp();
  await ensureBuilt();
  await ensureRendererBuilt();
  const [names, args] = splitArguments(process.argv.slice(2));
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
  const env = files.some((file) => file.startsWith('studio-window')) ? await withBrowser() : process.env;
  console.log(conditions());
  for (const file of files) {
    const script = fileURLToPath(import.meta.url);
    const options = ['--expose-gc', script, ONE, basename(file, '.bench.ts'), ...args];
    const run = async (variables = {}) =>
      spawnSync(process.execPath, options, { stdio: 'inherit', env: { ...env, ...variables } }).status;
    const status = file.startsWith('desktop') ? await withPackage(run) : await run();
    if (status !== 0) process.exitCode = 1;
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
  return `node ${process.version}, ${process.platform} ${process.arch}, ${machine}, load ${loadavg()[0]?.toFixed(1)}`;
}

/** @param {readonly string[]} files */
async function bundle(files) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: files.map((file) => `bench/${file}`),
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
  writeFileSync(join(output, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
}

/**
 * @param {string[]} all
 * @returns {[names: string[], args: string[]]}
 */
function splitArguments(all) {
  const separator = all.indexOf('--');
  return separator === -1 ? [all, []] : [all.slice(0, separator), all.slice(separator + 1)];
}
