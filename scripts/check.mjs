import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDependencies } from './dependency-audit.mjs';
import { checkHouseRules } from './house-rules.mjs';
import { ensureSetUp, root } from './setup.mjs';
import { hashFiles, hashText, listSourceFiles } from './source-files.mjs';

const CONCURRENCY = 2;
const cache = join(root, 'node_modules', '.cache', 'check');

/**
 * @typedef {{ name: string, isInput: (path: string) => boolean, command: string[] | (() => string[]) }} Check
 *   command: a script under node_modules or scripts/ and its arguments, or a function that returns the problems
 * @typedef {{ name: string, status: 'passed' | 'failed', output: string, note: string }} CheckResult
 */

const eslint = ['eslint/bin/eslint.js', '--max-warnings=0'];

/** The slow ones first: they decide how long the whole takes. */
const checks = /** @type {Check[]} */ ([
  // In two, one for each core.
  { name: 'eslint', isInput: isCode, command: [...eslint, '.', '--ignore-pattern', 'renderer/'] },
  { name: 'eslint renderer', isInput: isCode, command: [...eslint, 'renderer'] },
  typeCheck('main', ['app', 'main', 'native']),
  typeCheck('main/preload', ['app', 'main']),
  typeCheck('app', ['app']),
  typeCheck('app', ['app'], 'tsconfig.pure.json'),
  typeCheck('kernels', ['app', 'main', 'native', 'kernels']),
  typeCheck('bench', ['app', 'main', 'native', 'bench']),
  typeCheck('native', ['app', 'native']),
  typeCheck('renderer', ['app', 'renderer']),
  typeCheck('e2e', ['app', 'e2e']),
  typeCheck('.', ['scripts', 'bin', '.']),
  { name: 'knip', isInput: isCode, command: ['knip/bin/knip.js'] },
  {
    name: 'dependency-cruiser',
    isInput: isCode,
    command: ['dependency-cruiser/bin/dependency-cruise.mjs', '.', '--output-type=err-long'],
  },
  {
    name: 'prettier',
    isInput: (path) => isCode(path) || /\.(json|md|yml|yaml|css|html)$/.test(path),
    command: ['prettier/bin/prettier.cjs', '--check', '--log-level=warn', '--cache', '.'],
  },
  { name: 'clang-format', isInput: (path) => /\.(cu|cuh|h|cc|cpp)$/.test(path), command: ['scripts/clang-format.mjs'] },
  {
    // Sources, because what they import is what ships.
    name: 'dependency audit',
    isInput: (path) => /^(package(-lock)?\.json|scripts\/dependenc.*\.mjs)$/.test(path) || /\.(tsx?|css)$/.test(path),
    command: () => checkDependencies(root),
  },
  { name: 'house rules', isInput: () => true, command: () => checkHouseRules(root, listSourceFiles(root)) },
]);

/**
 * Runs the checks whose inputs changed since they last passed.
 *
 * @param {{ names?: readonly string[], isForced?: boolean }} [options] names: only checks whose name contains one of these
 * @returns {Promise<CheckResult[]>}
 */
export async function runChecks({ names = [], isForced = false } = {}) {
  const hashes = hashFiles(root, listSourceFiles(root));
  const wanted = checks.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
  /** @type {CheckResult[]} */
  const results = [];
  const queue = wanted.filter(({ isInput }) => [...hashes.keys()].some(isInput));
  const runNext = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) {
      const result = await runUnlessUnchanged(check, keyOf(check, hashes), isForced);
      results.push(result);
      console.log(`${result.status}  ${result.name.padEnd(20)} ${result.note}`);
      if (result.status === 'failed') console.log(result.output.trimEnd().replace(/^(?=.)/gm, '    '));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, runNext));
  return results;
}

/**
 * @param {string} folder whose program it is
 * @param {readonly string[]} sourceFolders what that program reads
 * @param {string} [config]
 * @returns {Check}
 */
function typeCheck(folder, sourceFolders, config = 'tsconfig.json') {
  const label = `${folder === '.' ? 'scripts' : folder}${config === 'tsconfig.json' ? '' : ' (pure)'}`;
  return {
    name: `tsc ${label}`,
    isInput: (path) => isCode(path) && sourceFolders.includes(path.includes('/') ? (path.split('/', 1)[0] ?? '') : '.'),
    // Version 7 takes a fifth of 6's time, which is here for ESLint. More checkers repeat what they share, and the other
    // core has a check of its own.
    command: ['typescript-7/bin/tsc', '-p', join(folder, config), '--noEmit', '--checkers', '1', '--pretty'],
  };
}

/** @param {string} path */
function isCode(path) {
  return /\.(ts|tsx|mjs|cjs|js)$/.test(path);
}

/**
 * Typed linting and knip see across files, so a check is repeated as a whole when any of its inputs changes.
 *
 * @param {Check} check
 * @param {ReadonlyMap<string, string>} hashes
 */
function keyOf(check, hashes) {
  const settings = /^[^/]+$|^scripts\/(check|house-rules|clang-format|source-files)\.mjs$|(^|\/)tsconfig[^/]*\.json$/;
  const inputs = [...hashes].filter(([path]) => check.isInput(path) || settings.test(path));
  return hashText(JSON.stringify([process.version, check.name, String(check.command), inputs]));
}

/**
 * @param {Check} check
 * @param {string} key
 * @param {boolean} isForced
 * @returns {Promise<CheckResult>}
 */
async function runUnlessUnchanged({ name, command }, key, isForced) {
  const lastPass = join(cache, name.replace(/\W+/g, '-'));
  if (!isForced && existsSync(lastPass) && readFileSync(lastPass, 'utf8') === key) {
    return { name, status: 'passed', output: '', note: 'unchanged' };
  }
  const startedAt = Date.now();
  const output = typeof command === 'function' ? command().join('\n') : await runScript(command);
  if (output === '') {
    mkdirSync(cache, { recursive: true });
    writeFileSync(lastPass, key);
  }
  const note = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  return { name, status: output === '' ? 'passed' : 'failed', output, note };
}

/**
 * @param {string[]} command
 * @returns {Promise<string>} what it printed when it failed, '' when it passed
 */
async function runScript([script = '', ...args]) {
  const path = script.startsWith('scripts/') ? join(root, script) : join(root, 'node_modules', script);
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
  const child = spawn(process.execPath, [path, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  /** @type {number | null} */
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return exitCode === 0 ? '' : output || `exit code ${exitCode}`;
}

if (import.meta.filename === process.argv[1]) {
  await ensureSetUp();
  const args = process.argv.slice(2);
  const startedAt = Date.now();
  const results = await runChecks({
    names: args.filter((argument) => !argument.startsWith('-')),
    isForced: args.includes('--force'),
  });
  const failed = results.filter(({ status }) => status === 'failed');
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`\n${results.length - failed.length} passed, ${failed.length} failed in ${seconds} s`);
  if (failed.length > 0) {
    console.log('`npm run format` mends formatting and what ESLint can; `npm run check -- NAME` repeats one.');
    process.exitCode = 1;
  }
}
