// npm run bench: runs bench/*.bench.ts; `npm run bench -- NAME` only those whose file name contains NAME.
//
// A benchmark exports `title: string` and `run(context)`, where context is
//   args    what follows NAMEs after a second `--`
//   print   prints one line
//   record  ({ name, value, unit, note? }): prints one measurement, and keeps it for dist/bench/<name>.json
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { ensureSetUp, root } from './setup.mjs';

/** @typedef {{ name: string, value: number, unit: string, note?: string }} Measurement */

await ensureSetUp();
await ensureBuilt();

const [names, args] = splitArguments(process.argv.slice(2));
const folder = join(root, 'bench');
const output = join(root, 'dist', 'bench');
const files = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) => names.length === 0 || names.some((name) => file.includes(name)));

if (files.length === 0) {
  console.error(names.length === 0 ? 'bench/ has no *.bench.ts yet.' : `No benchmark is called ${names.join(' or ')}.`);
  process.exitCode = 2;
} else {
  await bundle();
  console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}`);
  for (const file of files) await runOne(file);
}

async function bundle() {
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

/** @param {string} file */
async function runOne(file) {
  const name = basename(file, '.bench.ts');
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
  writeFileSync(join(output, `${name}.json`), `${JSON.stringify({ title: benchmark.title, measurements }, null, 2)}\n`);
}

/**
 * @param {string[]} all
 * @returns {[names: string[], args: string[]]}
 */
function splitArguments(all) {
  const separator = all.indexOf('--');
  return separator === -1 ? [all, []] : [all.slice(0, separator), all.slice(separator + 1)];
}
