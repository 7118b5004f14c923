// npm test: set-up, checks, build and tests. `npm test -- PATTERN` passes PATTERN on to vitest.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSetUp, root } from './setup.mjs';

/** @typedef {{ name: string, status: 'passed' | 'failed' | 'skipped', reason?: string }} Outcome */

/** @type {Outcome[]} */
const outcomes = [];

if (await attempt('set-up', ensureSetUp)) {
  // Imported after the set-up: a fresh clone has none of what they need before it.
  const { runChecks } = await import('./check.mjs');
  heading('Checks');
  for (const { name, status } of await runChecks()) outcomes.push({ name: `check: ${name}`, status });

  const { ensureBuilt } = await import('./build.mjs');
  const { ensureRendererBuilt } = await import('./build-renderer.mjs');
  heading('Build');
  const building = attempt('build', async () => {
    const isBuilt = await ensureBuilt({ types: true, log: console.log });
    const isRendererBuilt = await ensureRendererBuilt({ log: console.log });
    if (!isBuilt && !isRendererBuilt) console.log('dist/ is up to date');
  });
  await buildNative();
  const isBuilt = await building;

  if (isBuilt) {
    heading('Tests');
    const patterns = process.argv.slice(2);
    outcomes.push(...(await runVitest(patterns)));
    if (patterns.length === 0) {
      heading('The package');
      await attempt('package', async () => {
        const { checkPackage } = await import('./package-check.mjs');
        outcomes.push(...(await checkPackage(console.log)));
      });
      heading('Flows in a browser');
      const { runFlows } = await import('./e2e.mjs');
      outcomes.push(...(await runFlows([])));
    }
  }
}
report();

/**
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function attempt(name, work) {
  try {
    await work();
    outcomes.push({ name, status: 'passed' });
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    outcomes.push({ name, status: 'failed' });
    return false;
  }
}

/** Everything else works without the addon, so what its build lacks is a skip; an addon that does not compile is not. */
async function buildNative() {
  const { ensureNativeBuilt } = await import('./build-native.mjs');
  const result = await ensureNativeBuilt({ log: console.log });
  const name = 'native addon';
  if (result.status === 'missing') outcomes.push({ name, status: 'skipped', reason: result.reason });
  else outcomes.push({ name, status: result.status === 'failed' ? 'failed' : 'passed' });
  if (result.status === 'failed') console.error(`${result.output.trimEnd()}\n${result.reason}`);
}

/**
 * @param {readonly string[]} patterns
 * @returns {Promise<Outcome[]>}
 */
async function runVitest(patterns) {
  const scratch = mkdtempSync(join(tmpdir(), 'ringstudio-test-'));
  const outcomesPath = join(scratch, 'outcomes.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=./scripts/vitest-reporter.mjs'];
    const child = spawn(process.execPath, [vitest, 'run', '--allowOnly=false', ...reporters, ...patterns], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, RINGSTUDIO_TEST_OUTCOMES: outcomesPath },
    });
    /** @type {number | null} */
    const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    /** @type {Outcome[]} */
    const found = existsSync(outcomesPath) ? JSON.parse(readFileSync(outcomesPath, 'utf8')) : [];
    if (exitCode !== 0 && !found.some(({ status }) => status === 'failed')) {
      found.push({ name: 'vitest', status: 'failed', reason: `ended with exit code ${exitCode}` });
    }
    return found;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {string} title */
function heading(title) {
  console.log(`\n${title}`);
}

function report() {
  const failed = outcomes.filter(({ status }) => status === 'failed');
  const skipped = outcomes.filter(({ status }) => status === 'skipped');
  console.log('');
  for (const { name, reason } of skipped) console.log(`skipped: ${name} — ${reason}`);
  for (const { name, reason } of failed) console.log(`failed: ${name}${reason === undefined ? '' : ` — ${reason}`}`);
  const passedCount = outcomes.length - failed.length - skipped.length;
  console.log(`${passedCount} passed, ${failed.length} failed, ${skipped.length} skipped`);
  if (failed.length > 0) process.exitCode = 1;
}
