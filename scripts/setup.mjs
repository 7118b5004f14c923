import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampPath = join(root, 'node_modules', '.setup-stamp');

/** Installs the dependencies unless exactly those of the lockfile are there. Progress goes to stderr. */
export async function ensureSetUp() {
  requireNode();
  if (isSetUp()) return;
  const [{ withLock }, { NotWritable, requireWritable }] = await Promise.all([
    import('./lock.mjs'),
    import('./not-writable.mjs'),
  ]);
  try {
    await withLock(join(root, 'dist', '.setup-lock'), async () => {
      if (isSetUp()) return;
      requireWritable(dirname(stampPath));
      if (!installedMatchesLockfile()) await install();
      writeFileSync(stampPath, lockfileHash());
    });
  } catch (error) {
    // A user who may not write here can still run what is there; only the stamp is missing.
    if (!(error instanceof NotWritable)) throw error;
    if (!installedMatchesLockfile())
      throw new Error(`The dependencies are out of date. ${error.message}`, { cause: error });
  }
}

function isSetUp() {
  return readText(stampPath) === lockfileHash();
}

function lockfileHash() {
  return createHash('sha256')
    .update(readText(join(root, 'package-lock.json')))
    .digest('hex');
}

/** True after a plain `npm install` too: it leaves no stamp, and installing again would only cost time. */
function installedMatchesLockfile() {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(readPackages(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(path) {
  const text = readText(path);
  return text === '' ? {} : JSON.parse(text).packages;
}

async function install() {
  const startedAt = Date.now();
  process.stderr.write('Installing dependencies (npm ci) ...\n');
  // Under `npm run` this is npm's own script, which needs no shell to start on Windows.
  const npmScript = process.env['npm_execpath'];
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = npmScript?.endsWith('.js')
    ? spawn(process.execPath, [npmScript, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawn('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  /** @type {number | null} */
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve));
  if (exitCode !== 0) throw new Error('npm ci failed; its messages are above. Mend that and run the command again.');
  process.stderr.write(`Installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}

function requireNode() {
  const wanted = [20, 19];
  const found = process.versions.node.split('.').map(Number);
  const difference = (found[0] ?? 0) - (wanted[0] ?? 0) || (found[1] ?? 0) - (wanted[1] ?? 0);
  if (difference < 0) throw new Error(`Node ${wanted.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
