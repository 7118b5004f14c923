import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampPath = join(dist, 'build.json');

/** Each becomes one file in dist/ with everything but the dependencies inside, so that a worker starts from one read. */
export const entryPoints = {
  cli: 'main/cli/main.ts',
  index: 'main/index.ts',
  // Apart from cli: the other commands need not load what only the studio depends on.
  studio: 'main/cli/serve/start-studio.ts',
  // Loaded only when somebody wants OpenTelemetry.
  otlp: 'main/host/otlp/start-otlp.ts',
  'sm.worker': 'main/devices/cpu/sm.worker.ts',
  'compiler.process': 'main/compile/compiler.process.ts',
  'host.process': 'main/host/desktop/host.process.ts',
  'probe.process': 'main/devices/cuda/probe.process.ts',
  'nvml.process': 'main/devices/cuda/nvml/nvml.process.ts',
  'nvrtc.process': 'main/devices/cuda/nvrtc/nvrtc.process.ts',
  'verify.process': 'main/cli/verify-cuda/verify.process.ts',
};
/** Of the desktop application: each becomes one CommonJS file with all but Electron inside. Preloads are sandboxed. */
export const desktopEntryPoints = {
  shell: 'main/shell/main.ts',
  preload: 'main/preload/preload.ts',
};
/** Runs once, when the build has ended: makes dist/compiler.prepared. */
export const preparer = 'main/compile/write-prepared.ts';
const otherInputs = ['package-lock.json', 'scripts/build.mjs', 'tsconfig.base.json', 'tsconfig.types.json'];

/**
 * @typedef {{ path: string, mtimeMs: number, sizeBytes: number }} Input
 * @typedef {{ hash: string, typesHash: string, inputs: Input[] }} Stamp
 */

/**
 * Brings dist/ up to date with the sources; does nothing when it is. Safe when several processes call it at once.
 *
 * @param {{ types?: boolean, log?: (line: string) => void }} [options] types: the library's declarations as well
 * @returns {Promise<boolean>} whether anything was built
 */
export async function ensureBuilt({ types = false, log = () => {} } = {}) {
  if (isUpToDate(readStamp(), types)) return false;
  const [{ withLock }, { NotWritable }] = await Promise.all([import('./lock.mjs'), import('./not-writable.mjs')]);
  const building = withLock(join(dist, '.build-lock'), async () => {
    const stamp = readStamp();
    if (isUpToDate(stamp, types)) return false;
    // Hashed before the build reads them: a file that changes meanwhile leaves a stamp that does not match it.
    const inputs = listInputs();
    const hash = hashInputs(inputs);
    if (stamp.hash !== hash) {
      await bundle(log);
      await prepareCompiler();
    }
    const isTypesWanted = types && stamp.typesHash !== hash;
    if (isTypesWanted) await emitTypes();
    writeAtomically(stampPath, JSON.stringify({ hash, typesHash: types ? hash : stamp.typesHash, inputs }));
    return stamp.hash !== hash || isTypesWanted;
  });
  return building.catch((error) => {
    if (!(error instanceof NotWritable)) throw error;
    // The contents are what was built, and only their times differ: a user who may not write here can run it.
    const { hash, typesHash } = readStamp();
    if (hash === hashInputs(listInputs()) && (!types || typesHash === hash)) return false;
    throw new Error(`dist/ is older than the sources. ${error.message}`, { cause: error });
  });
}

/**
 * Times and sizes decide when they are all equal, which takes milliseconds; contents decide after a checkout or touch.
 *
 * @param {Stamp} stamp
 * @param {boolean} types
 */
function isUpToDate(stamp, types) {
  if (types && stamp.typesHash !== stamp.hash) return false;
  const inputs = listInputs();
  return inputs.length === stamp.inputs.length && inputs.every((input, index) => isEqual(input, stamp.inputs[index]));
}

/**
 * @param {Input} a
 * @param {Input | undefined} b
 */
function isEqual(a, b) {
  return a.path === b?.path && a.mtimeMs === b.mtimeMs && a.sizeBytes === b.sizeBytes;
}

/** @returns {Stamp} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampPath, 'utf8'));
  } catch {
    return { hash: '', typesHash: '', inputs: [] };
  }
}

/** @returns {Input[]} */
function listInputs() {
  const sources = ['app', 'main', 'native/bindings'].flatMap((folder) => listSources(folder, isSource));
  const headers = ['abi', 'actor', 'cpu'].flatMap((folder) => listSources(`kernels/${folder}`, () => true));
  return [...sources, ...headers, ...otherInputs].sort().map((path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    return { path, mtimeMs: stats?.mtimeMs ?? 0, sizeBytes: stats?.size ?? -1 };
  });
}

/**
 * @param {string} folder
 * @param {(name: string) => boolean} isInput
 * @returns {string[]}
 */
function listSources(folder, isInput) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listSources(path, isInput);
    return isInput(entry.name) ? [path] : [];
  });
}

/** @param {string} name */
function isSource(name) {
  return name.endsWith('.ts') && !name.endsWith('.test.ts');
}

/** @param {Input[]} inputs */
function hashInputs(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const { path, sizeBytes } of inputs) {
    if (sizeBytes >= 0) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/** @param {(line: string) => void} log */
async function bundle(log) {
  const { build } = await import('esbuild');
  const common = /** @type {const} */ ({
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false, // the sources are beside dist/, or not shipped
    logLevel: 'silent',
    legalComments: 'none',
  });
  const [modules, desktop] = await Promise.all([
    build({ ...common, entryPoints, format: 'esm', packages: 'external' }),
    build({
      ...common,
      entryPoints: desktopEntryPoints,
      format: 'cjs',
      external: ['electron'],
      outExtension: { '.js': '.cjs' },
    }),
  ]).catch(describeBuildFailure);
  const files = [...modules.outputFiles, ...desktop.outputFiles];
  for (const file of files) writeAtomically(file.path, file.contents);
  const names = files.map(({ path }) => basename(path)).filter((name) => !name.endsWith('.map'));
  log(`built ${names.map((name) => `dist/${name}`).join(', ')}`);
}

/** The precompiled header and the runtime's objects, which every compiler process would otherwise make for itself. */
async function prepareCompiler() {
  const { build } = await import('esbuild');
  const script = join(dist, `.prepare-${process.pid}.mjs`);
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [preparer],
      outfile: script,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      packages: 'external',
      logLevel: 'silent',
    });
    const args = [script, join(root, 'kernels'), join(dist, 'compiler.prepared')];
    const env = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', ...process.env }; // as clang-process.ts
    await promisify(execFile)(process.execPath, ['--liftoff-only', ...args], { env });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The compiler could not be prepared.\n${reason}`, { cause: error });
  } finally {
    rmSync(script, { force: true });
  }
}

/**
 * @param {unknown} error
 * @returns {Promise<never>}
 */
async function describeBuildFailure(error) {
  if (!(error instanceof Error && 'errors' in error && Array.isArray(error.errors))) throw error;
  const { formatMessages } = await import('esbuild');
  const messages = await formatMessages(error.errors, { kind: 'error', color: process.stderr.isTTY });
  throw new Error(`The build failed.\n${messages.join('')}`, { cause: error });
}

async function emitTypes() {
  const target = join(dist, 'types');
  if (!existsSync(join(root, entryPoints.index))) {
    rmSync(target, { recursive: true, force: true });
    return;
  }
  const temporary = join(dist, `.types-${process.pid}`);
  const tsc = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.types.json', '--outDir', temporary], {
      cwd: root,
    });
    rmSync(target, { recursive: true, force: true });
    renameSync(temporary, target);
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    throw new Error(`The declarations failed.\n${output}`, { cause: error });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Another process may be loading the file right now: it must see the old or the new one, never a part.
 *
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
function writeAtomically(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { ensureSetUp } = await import('./setup.mjs');
  try {
    await ensureSetUp();
    const { ensureRendererBuilt } = await import('./build-renderer.mjs');
    const isBuilt = await ensureBuilt({ types: true, log: console.log });
    const isRendererBuilt = await ensureRendererBuilt({ log: console.log });
    if (!isBuilt && !isRendererBuilt) console.log('dist/ is up to date');
    const { ensureNativeBuilt } = await import('./build-native.mjs');
    const addon = await ensureNativeBuilt({ log: console.log });
    if ('reason' in addon) console.log(`note: the native addon was not built: ${addon.reason}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
