import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampPath = join(root, 'dist', 'renderer.stamp');

/** What the bundle is made from: the renderer, and the parts of app/ that it imports. */
const inputs = ['renderer', 'app', 'vite.config.ts', 'scripts/package/bundled-packages.mjs', 'package-lock.json'];

/**
 * Brings dist/renderer up to date with the sources; does nothing when it is. Safe when several processes call it at once.
 *
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<boolean>} whether anything was built
 */
export async function ensureRendererBuilt({ log = () => {} } = {}) {
  if (isUpToDate()) return false;
  const [{ withLock }, { NotWritable }] = await Promise.all([import('./lock.mjs'), import('./not-writable.mjs')]);
  const building = withLock(join(root, 'dist', '.renderer-lock'), async () => {
    // Hashed before the build reads them: a file that changes meanwhile leaves a stamp that does not match it.
    const hash = hashInputs();
    if (isUpToDate()) return false;
    const startedAt = Date.now();
    const { build } = await import('vite');
    await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
    mkdirSync(dirname(stampPath), { recursive: true });
    writeFileSync(stampPath, hash);
    log(`built dist/renderer in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    return true;
  });
  return building.catch((error) => {
    if (!(error instanceof NotWritable)) throw error;
    throw new Error(`dist/renderer is older than the sources. ${error.message}`, { cause: error });
  });
}

function isUpToDate() {
  const outputs = ['renderer/index.html', 'renderer.packages.json'].map((path) => join(root, 'dist', path));
  return outputs.every((path) => existsSync(path)) && readStamp() === hashInputs();
}

function readStamp() {
  return existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : '';
}

function hashInputs() {
  const hash = createHash('sha256').update(process.version);
  for (const path of inputs.flatMap((input) => listFiles(input))) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function listFiles(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(full, { withFileTypes: true })
    .flatMap((entry) => {
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(child);
      return /\.test\.tsx?$/.test(entry.name) ? [] : [child];
    })
    .sort();
}
