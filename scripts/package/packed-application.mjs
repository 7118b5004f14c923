import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup.mjs';

/**
 * @typedef {object} PackedApplication
 * @property {string} scratch a folder outside of the repository that holds all of the below
 * @property {string} binary
 * @property {string} resources
 * @property {string} studio
 */

/** Nobody listens there: whatever wants to be fetched fails, and with it the packing. */
const NOWHERE = 'http://127.0.0.1:9/';

/**
 * Packs what is staged with a stub of Electron into a temporary folder, which is gone afterwards.
 *
 * @template T
 * @param {(packed: PackedApplication) => Promise<T>} use
 * @returns {Promise<T>}
 * @throws with the output of electron-builder when it fails
 */
export async function withPackedApplication(use) {
  const scratch = mkdtempSync(join(tmpdir(), 'ringstudio-package-'));
  try {
    const script = join(root, 'scripts', 'package', 'pack-with-stub.mjs');
    const env = {
      ...process.env,
      ELECTRON_MIRROR: NOWHERE,
      ELECTRON_BUILDER_BINARIES_MIRROR: NOWHERE,
      ELECTRON_BUILDER_CACHE: join(scratch, 'cache'),
      electron_config_cache: join(scratch, 'cache'),
    };
    const { exitCode, output } = await runProcess([process.execPath, script, scratch], { cwd: root, env });
    if (exitCode !== 0) throw new Error(`electron-builder ended with exit code ${exitCode}:\n${output}`);
    const folder = join(scratch, 'out', 'linux-unpacked');
    const resources = join(folder, 'resources');
    return await use({
      scratch,
      binary: join(folder, 'ring-kernel-studio'),
      resources,
      studio: join(resources, 'studio'),
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} command
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ exitCode: number | null, stdout: string, output: string }>} output: both streams, as they came
 */
export async function runProcess([file = '', ...args], { cwd, env }) {
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
  /** @type {number | null} */
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { exitCode, stdout, output };
}
