// npm run test:sanitizers: the tests of native/ with AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer in the addon, the
// recording driver, the fakes of NVIDIA's libraries and the driver stand-in. Fails where a test fails or a sanitizer has
// anything to report. Not sanitized are Node and what the stand-in compiles of kernels.
//   npm run test:sanitizers -- PATTERN   with vitest's pattern for files
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileIn, ensureNativeBuilt } from './build-native.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'node_modules', '.cache', 'sanitizers');
/** In the place of c++: whoever asks for CXX compiles with sanitizers. */
const wrapper = join(folder, 'c++');
const addon = join(folder, 'addon');
const compiler = process.env['CXX'] ?? 'c++';
// With sanitizers GCC 12 warns of its own std::regex; clang does not know the warning.
const quiet = '-Wno-unknown-warning-option -Wno-maybe-uninitialized';
const flags = '-O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g1 ' + quiet;

const patterns = process.argv.slice(2);
const lack = whatIsMissing() ?? (await whyNoAddon());
if (lack !== undefined) {
  console.log(`0 passed, 0 failed, 1 skipped\n  skipped: tests with sanitizers: ${lack}`);
} else {
  process.exitCode = (await test()) ? 0 : 1;
}

/** Undefined when a program with both sanitizers can be built, and runs. */
function whatIsMissing() {
  if (process.platform !== 'linux') return 'they are set up for Linux';
  const place = mkdtempSync(join(tmpdir(), 'ringstudio-sanitizers-'));
  try {
    const [source, program] = [join(place, 'probe.cc'), join(place, 'probe')];
    writeFileSync(source, 'int main(int argc, char**) { return argc - 1; }\n');
    const built = spawnSync(compiler, [...flags.split(' '), source, '-o', program], { encoding: 'utf8' });
    if (built.error !== undefined) return `the compiler '${compiler}' cannot be run`;
    const [words] = built.stderr.trim().split('\n');
    if (built.status !== 0) return `the compiler '${compiler}' has no sanitizers (${words})`;
    const run = spawnSync(program, [], { encoding: 'utf8' });
    return run.status === 0 ? undefined : `a program with sanitizers does not run here (${run.stderr.trim()})`;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The ordinary addon too: what starts the tests would otherwise build it with this compiler. */
async function whyNoAddon() {
  const result = await ensureNativeBuilt({ log: console.log });
  return result.status === 'missing' || result.status === 'failed' ? result.reason : undefined;
}

async function test() {
  mkdirSync(folder, { recursive: true });
  writeFileSync(wrapper, `#!/bin/sh\nexec ${compiler} "$@" ${flags}\n`, { mode: 0o755 });
  console.log('compiling the addon with sanitizers');
  const { exitCode, output } = await compileIn(addon, {
    ...process.env,
    CXX: wrapper,
    MAKEFLAGS: `-j${availableParallelism()}`,
  });
  if (exitCode !== 0) {
    console.error(output);
    return false;
  }
  const reports = mkdtempSync(join(tmpdir(), 'ringstudio-sanitizers-'));
  try {
    // Node keeps what it has until its process ends: leaks are looked for in programs of our own alone.
    const isAddonGood = await runTests('native/test', {
      exclude: 'native/test/stand-in/**',
      env: environment(reports, { leaks: false, preload: ['libasan.so', 'libstdc++.so.6'] }),
    });
    const isStandInGood = await runTests('native/test/stand-in', { env: environment(reports, { leaks: true }) });
    const found = readdirSync(reports).map((name) => readFileSync(join(reports, name), 'utf8'));
    for (const report of found) console.error(report);
    console.log(`sanitizers: ${found.length.toString()} reports`);
    return isAddonGood && isStandInGood && found.length === 0;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

/**
 * @param {string} reports
 * @param {{ leaks: boolean, preload?: readonly string[] }} options preload: libraries of the compiler, for a program
 *   that is not sanitized itself and loads what is
 */
function environment(reports, { leaks, preload = [] }) {
  const paths = preload.map((name) =>
    spawnSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim(),
  );
  return {
    ...process.env,
    CXX: wrapper,
    RING_NATIVE_PREBUILD: addon,
    ...(paths.length > 0 && { LD_PRELOAD: paths.join(':') }),
    ASAN_OPTIONS: `detect_leaks=${leaks ? 1 : 0}:log_path=${join(reports, 'address')}`,
    UBSAN_OPTIONS: `print_stacktrace=1:log_path=${join(reports, 'undefined')}`,
  };
}

/**
 * @param {string} path
 * @param {{ env: NodeJS.ProcessEnv, exclude?: string }} options
 * @returns {Promise<boolean>}
 */
function runTests(path, { env, exclude }) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', ...(patterns.length > 0 ? patterns : [path]), '--dir', path, '--passWithNoTests'];
  if (exclude !== undefined) args.push('--exclude', exclude);
  // What is compiled first is compiled by all that a slow machine has.
  args.push('--testTimeout', '300000', '--hookTimeout', '900000');
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  return new Promise((done) => {
    child.on('error', () => done(false));
    child.on('close', (code) => done(code === 0));
  });
}
