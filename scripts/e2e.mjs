// npm run e2e: the flows of e2e/ in a browser, on the stand-in for Electron's module, and in Electron where its binary is.
// `npm run e2e -- PATTERN --project='desktop (stand-in)'` passes both on to Playwright.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { findChromium } from './chromium.mjs';
import { compileCache } from './compile-cache.mjs';
import { ensureSetUp, root } from './setup.mjs';
import { findElectron } from './start/find-electron.mjs';
import { describeObstacles, readMachineFacts } from './start/obstacle.mjs';

/** @typedef {{ name: string, status: 'passed' | 'failed' | 'skipped', reason?: string }} Outcome */

/**
 * Runs the flows against what is built.
 *
 * @param {readonly string[]} args for Playwright
 * @returns {Promise<Outcome[]>}
 */
export async function runFlows(args) {
  const browser = await findChromium((line) => console.log(line));
  if ('reason' in browser) return [{ name: 'e2e flows', status: 'skipped', reason: browser.reason }];
  const { projects, electron, skipped } = chooseProjects(args);
  if (projects === undefined) return skipped;
  const scratch = mkdtempSync(join(tmpdir(), 'ringstudio-e2e-'));
  const report = join(scratch, 'report.json');
  const cache = join(scratch, 'cache');
  try {
    // A copy: what a flow writes is new to its compiler, however often it runs.
    if (existsSync(join(root, compileCache))) cpSync(join(root, compileCache), cache, { recursive: true });
    const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
    const child = spawn(process.execPath, [cli, 'test', ...projects, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        RINGSTUDIO_CHROMIUM: browser.path,
        ...(electron !== undefined && { RINGSTUDIO_ELECTRON: electron }),
        RINGSTUDIO_E2E_CACHE: cache,
        RINGSTUDIO_E2E_JSON: '1',
        PLAYWRIGHT_JSON_OUTPUT_NAME: report,
      },
    });
    /** @type {number | null} */
    const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    const outcomes = readOutcomes(report);
    if (exitCode !== 0 && !outcomes.some(({ status }) => status === 'failed')) {
      outcomes.push({ name: 'e2e flows', status: 'failed', reason: `ended with exit code ${exitCode}` });
    }
    return [...outcomes, ...skipped];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const ELECTRON = 'desktop';
const STAND_IN = ['desktop (stand-in)', 'stand-in itself'];

/**
 * What is asked for, or everything; a project that cannot run here is skipped as a whole, with its reason, once.
 *
 * @param {readonly string[]} args
 * @returns {{ projects: string[] | undefined, electron: string | undefined, skipped: Outcome[] }} projects: more arguments;
 *   undefined where nothing of what is asked for can run
 */
function chooseProjects(args) {
  const electron = findElectron(root, process.env);
  const path = electron.kind === 'found' ? electron.path : undefined;
  const isChosen = args.some((argument) => argument.startsWith('--project'));
  /** @type {Outcome[]} */
  const skipped = [];
  const wanted = ['browser', ...STAND_IN, ELECTRON].filter((name) => {
    const obstacle =
      name === ELECTRON ? electronObstacle(electron) : STAND_IN.includes(name) ? standInObstacle() : undefined;
    if (obstacle === undefined) return true;
    const isAsked = !isChosen || args.includes(`--project=${name}`);
    if (isAsked) skipped.push({ name: `e2e [${name}]`, status: 'skipped', reason: obstacle });
    return false;
  });
  if (isChosen) return { projects: skipped.length === 0 ? [] : undefined, electron: path, skipped };
  return { projects: wanted.map((name) => `--project=${name}`), electron: path, skipped };
}

/** @param {import('./start/find-electron.mjs').ElectronFinding} finding */
function electronObstacle(finding) {
  if (finding.kind === 'unusable') return finding.reason;
  if (finding.kind === 'missing') return "Electron's binary is not here: npm start fetches it";
  // Playwright switches the sandbox off, so the user does not matter.
  return describeObstacles({ ...readMachineFacts(process.env), isRoot: false });
}

function standInObstacle() {
  return process.platform === 'win32'
    ? 'the stand-in is a script with a first line, which Windows does not read'
    : undefined;
}

/**
 * @param {string} path of Playwright's JSON report
 * @returns {Outcome[]}
 */
function readOutcomes(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).suites.flatMap(outcomesOf);
  } catch {
    return [];
  }
}

/**
 * @param {{ title: string, suites?: any[], specs?: any[] }} suite
 * @returns {Outcome[]}
 */
function outcomesOf({ title, suites = [], specs = [] }) {
  const own = specs.flatMap((spec) =>
    spec.tests.map((/** @type {any} */ test) => {
      const name = `[${test.projectName}] ${title} > ${spec.title}`;
      if (test.status === 'skipped') {
        const reason = test.annotations.find((/** @type {any} */ { type }) => type === 'skip')?.description;
        return reason === undefined
          ? { name, status: 'failed', reason: 'skipped without a reason' }
          : { name, status: 'skipped', reason };
      }
      // A flow that passes only when it is repeated is a failure: somebody will meet it.
      if (test.status === 'expected') return { name, status: 'passed' };
      const errors = test.results.flatMap((/** @type {any} */ result) => result.errors);
      return { name, status: 'failed', reason: stripVTControlCharacters(errors[0]?.message ?? 'gave no reason') };
    }),
  );
  return [...own, ...suites.flatMap(outcomesOf)];
}

if (import.meta.filename === process.argv[1]) {
  await ensureSetUp();
  const { ensureBuilt } = await import('./build.mjs');
  const { ensureRendererBuilt } = await import('./build-renderer.mjs');
  await ensureBuilt({ log: console.log });
  await ensureRendererBuilt({ log: console.log });
  const outcomes = await runFlows(process.argv.slice(2));
  for (const { name, reason } of outcomes.filter(({ status }) => status === 'skipped')) {
    console.log(`skipped: ${name} — ${reason}`);
  }
  if (outcomes.some(({ status }) => status === 'failed')) process.exitCode = 1;
}
