// npm run precompile:samples: compiles the kernels of kernels/samples for GPUs into dist/samples.ringbundle, which the product
// looks in before NVRTC. It is not in the repository: each edit of a header of kernels/ makes another one of it.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureNativeBuilt } from './build-native.mjs';
import { ensureSetUp, root } from './setup.mjs';

export const samplesBundle = join(root, 'dist', 'samples.ringbundle');
/** Of `ringstudio`, where NVRTC is missing. */
const NO_COMPILER = 3;

/**
 * Makes the bundle anew, or removes it where NVRTC is missing: one of other kernels would never be used.
 *
 * @returns {Promise<{ made: true } | { made: false, reason: string }>}
 */
export async function precompileSamples() {
  const samples = join('kernels', 'samples');
  const topologies = readdirSync(join(root, samples))
    .map((name) => join(samples, name, 'topology.ring.json'))
    .filter((path) => existsSync(join(root, path)));
  const args = ['precompile', ...topologies, '--out', samplesBundle];
  const { exitCode, errors } = await runCommandLine(args);
  if (exitCode === 0) return { made: true };
  rmSync(samplesBundle, { force: true });
  if (exitCode === NO_COMPILER) return { made: false, reason: errors.trim() };
  throw new Error(`the samples could not be precompiled:\n${errors}`);
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<{ exitCode: number | null, errors: string }>}
 */
async function runCommandLine(args) {
  const cli = join(root, 'dist', 'cli.js');
  const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  /** @type {number | null} */
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { exitCode, errors };
}

if (import.meta.filename === process.argv[1]) {
  try {
    await ensureSetUp();
    await ensureBuilt({ log: console.log });
    await ensureNativeBuilt({ log: console.log });
    const result = await precompileSamples();
    if (!result.made) throw new Error(`the samples are not precompiled: ${result.reason}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
