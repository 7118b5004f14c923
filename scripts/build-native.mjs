// The native addon: built with node-gyp, moved to native/build/Release when it is complete, then copied to native/prebuilds/<platform>-<arch>, where
// packages take it from. It uses Node-API 8 only, so that this one file serves every Node and every Electron.
//   node scripts/build-native.mjs             builds it unless it is up to date; exit code 1 when it cannot be built
//   node scripts/build-native.mjs --force     builds it in any case
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(root, 'native');
const built = join(native, 'build', 'Release', 'ring_native.node');
const stampPath = join(native, 'build', 'stamp');
/** node-gyp empties the folder `build` beside the sources first: in a copy it does not meet the addon that works. */
const workshop = join(native, 'build', 'unfinished');

/** The file that packages take; node-gyp-build finds any `.node` in this folder. */
const prebuilt = join(native, 'prebuilds', `${process.platform}-${process.arch}`, 'ring_native.node');

/** What the addon is compiled from. */
const sourceFolders = ['addon', 'driver', 'runtime'];

const COMPILER_ANSWERS_MS = 10_000;
const compilerVariables = ['CXX_target', 'CXX', 'CC_target', 'CC'];

/**
 * @typedef {{ status: 'up-to-date' | 'built', path: string }
 *   | { status: 'missing', reason: string }
 *   | { status: 'failed', reason: string, output: string }} NativeBuild
 *   missing: what the build needs is not on this machine; failed: everything is there, and it went wrong
 */

/**
 * Brings the addon up to date with its sources. Never throws: everything else works without the addon. Safe when
 * several processes call it at once.
 *
 * @param {{ log?: (line: string) => void, isForced?: boolean }} [options]
 * @returns {Promise<NativeBuild>}
 */
export async function ensureNativeBuilt({ log = () => {}, isForced = false } = {}) {
  if (!isForced && isUpToDate()) return { status: 'up-to-date', path: built };
  const reason = whatIsMissing();
  if (reason !== undefined) return { status: 'missing', reason };
  const [{ withLock }, { NotWritable, isUnwritable }] = await Promise.all([
    import('./lock.mjs'),
    import('./not-writable.mjs'),
  ]);
  /** @returns {Promise<NativeBuild>} */
  const work = async () => {
    if (!isForced && isUpToDate()) return { status: 'up-to-date', path: built };
    return build(log).finally(() => rmSync(workshop, { recursive: true, force: true, maxRetries: 3 }));
  };
  return withLock(join(root, 'dist', '.native-lock'), work).catch((error) => {
    const unwritable =
      isUnwritable(error) && error.path !== undefined ? new NotWritable(dirname(error.path), error) : error;
    const reason = (error instanceof Error ? unwritable.message : String(error)).replace(/\.$/, '');
    if (unwritable instanceof NotWritable) return { status: 'missing', reason };
    return { status: 'failed', reason, output: '' };
  });
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<NativeBuild>}
 */
async function build(log) {
  const startedAt = Date.now();
  // Hashed before the compiler reads them: a file that changes meanwhile leaves a stamp that does not match it.
  const hash = hashSources();
  const { exitCode, output } = await compileIn(workshop);
  const made = join(workshop, 'build', 'Release', 'ring_native.node');
  if (exitCode !== 0 || !existsSync(made)) {
    const lack = lackFoundByNodeGyp(output);
    if (lack !== undefined) return { status: 'missing', reason: lack };
    return { status: 'failed', reason: `node-gyp ended with exit code ${exitCode}`, output };
  }
  mkdirSync(dirname(built), { recursive: true });
  renameSync(made, built);
  keepBuilt(hash);
  log(`built native/build/Release/ring_native.node in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return { status: 'built', path: built };
}

/** Copies what was built to the prebuilds, and notes what it was built from. */
export function keepBuilt(hash = hashSources()) {
  mkdirSync(dirname(prebuilt), { recursive: true });
  // Renamed into place: a process that has the old file loaded keeps it.
  const unfinished = `${prebuilt}.${process.pid}`;
  copyFileSync(built, unfinished);
  renameSync(unfinished, prebuilt);
  writeFileSync(stampPath, hash);
}

function isUpToDate() {
  return existsSync(built) && existsSync(prebuilt) && readText(stampPath) === hashSources();
}

function hashSources() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  const manifest = join(root, 'node_modules', 'node-addon-api', 'package.json');
  const folders = sourceFolders.map((folder) => join(native, folder));
  const sources = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))).sort();
  for (const path of [...sources, join(native, 'binding.gyp'), manifest]) hash.update(`\0${readText(path)}`);
  return hash.digest('hex');
}

/** What the build needs and this machine lacks, and what would change that; undefined when everything is there. */
function whatIsMissing() {
  if (findNodeGyp() === undefined) return 'node-gyp is not installed: npm ci installs it';
  const python = findExecutable([
    process.env['PYTHON'] ?? '',
    process.env['npm_config_python'] ?? '',
    'python3',
    'python',
  ]);
  if (python === undefined) return 'Python 3 is not in PATH, which node-gyp needs; PYTHON names another one';
  // On Windows node-gyp itself finds Visual Studio, which is not in PATH.
  if (process.platform !== 'win32') {
    const lack = whatCompilersLack();
    if (lack !== undefined) return lack;
    if (findExecutable([process.env['MAKE'] ?? '', 'make', 'gmake']) === undefined) return 'make is not in PATH';
  }
  if (findHeaders() === undefined) {
    return "Node's headers are not beside this Node (include/node/node_api.h); npm_config_nodedir names their folder";
  }
  return process.platform === 'win32' ? undefined : whyCompilerFails();
}

/** node-gyp takes a compiler that a variable names and no other, even where that one is not there. */
function whatCompilersLack() {
  for (const name of compilerVariables) {
    const value = process.env[name] ?? '';
    if (value !== '' && findExecutable([value]) === undefined) {
      return `${name} names the compiler '${value}', which cannot be run`;
    }
  }
  if (findCompiler() !== undefined) return undefined;
  return 'there is no C++ compiler in PATH (c++, g++ or clang++); CXX names another one';
}

function findCompiler() {
  return findExecutable([process.env['CXX_target'] ?? '', process.env['CXX'] ?? '', 'c++', 'g++', 'clang++']);
}

/** One that is there and does not run: node-gyp would say so in a page of Python. */
function whyCompilerFails() {
  const path = findCompiler() ?? '';
  const { status, error, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: COMPILER_ANSWERS_MS });
  if (error === undefined && status === 0) return undefined;
  const [words] = stderr?.trim().split('\n') ?? [];
  return `the compiler '${path}' cannot be run (${error?.message ?? (words || `exit code ${status}`)})`;
}

/**
 * What only node-gyp can find out: whether a Python in PATH really is one, and where Visual Studio is.
 *
 * @param {string} output
 */
function lackFoundByNodeGyp(output) {
  if (output.includes('Could not find any Python installation')) return 'no Python 3 that works was found';
  if (output.includes('Could not find any Visual Studio installation')) {
    return 'no Visual Studio with "Desktop development with C++" was found';
  }
  return undefined;
}

/** @param {readonly string[]} names executables in PATH, or paths; the first word of each counts */
function findExecutable(names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const name of names.map((text) => text.trim().split(/\s+/)[0] ?? '').filter((text) => text !== '')) {
    const paths = /[/\\]/.test(name)
      ? [name]
      : folders.flatMap((folder) => endings.map((end) => join(folder, name + end)));
    const path = paths.find((candidate) => isExecutable(candidate));
    if (path !== undefined) return path;
  }
  return undefined;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findNodeGyp() {
  const path = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  return existsSync(path) ? path : undefined;
}

/** The folder to pass as `--nodedir`: then nothing is downloaded. */
function findHeaders() {
  const candidates = [process.env['npm_config_nodedir'], dirname(dirname(process.execPath)), dirname(process.execPath)];
  return candidates.find((folder) => folder !== undefined && existsSync(join(folder, 'include', 'node', 'node_api.h')));
}

/**
 * Compiles a copy of the sources there, to build/Release in it.
 *
 * @param {string} folder emptied first
 * @param {NodeJS.ProcessEnv} [env] CXX names the compiler
 * @returns {Promise<{ exitCode: number | null, output: string }>}
 */
export async function compileIn(folder, env = process.env) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  for (const name of ['package.json', 'binding.gyp', ...sourceFolders]) {
    cpSync(join(native, name), join(folder, name), { recursive: true });
  }
  const args = [findNodeGyp() ?? '', 'rebuild', `--nodedir=${findHeaders()}`, '--loglevel=warn'];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  /** @type {number | null} */
  const exitCode = await new Promise((done) => {
    child.on('error', (error) => {
      output += error.message;
      done(null);
    });
    child.on('close', done);
  });
  return { exitCode, output };
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const result = await ensureNativeBuilt({ log: console.log, isForced: process.argv.includes('--force') });
  if (result.status === 'up-to-date') console.log(`${result.path} is up to date`);
  if (result.status === 'missing' || result.status === 'failed') {
    if (result.status === 'failed') console.error(result.output.trimEnd());
    console.error(
      `The native addon was not built: ${result.reason}. Everything but the look at NVIDIA's software works.`,
    );
    process.exitCode = 1;
  }
}
