// npm run e2e: the flows of e2e/ in a browser. `npm run e2e -- PATTERN` passes PATTERN on to Playwright.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { ensureSetUp, root } from './setup.mjs';

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
  const scratch = mkdtempSync(join(tmpdir(), 'ringstudio-e2e-'));
  const report = join(scratch, 'report.json');
  try {
    const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
    const child = spawn(process.execPath, [cli, 'test', ...withProject(args)], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        RINGSTUDIO_CHROMIUM: browser.path,
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
    return outcomes;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * The flows, unless something else is asked for.
 *
 * @param {readonly string[]} args
 */
function withProject(args) {
  return args.some((argument) => argument.startsWith('--project')) ? args : ['--project=browser', ...args];
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
      const name = `${title} > ${spec.title}`;
      if (test.status === 'skipped') {
        const reason = test.annotations.find((/** @type {any} */ { type }) => type === 'skip')?.description;
        return reason === undefined
          ? { name, status: 'failed', reason: 'skipped without a reason' }
          : { name, status: 'skipped', reason };
      }
      // A flow that passes only when it is repeated is a failure: somebody will meet it.
      return { name, status: test.status === 'expected' ? 'passed' : 'failed' };
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
