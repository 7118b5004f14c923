import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './setup.mjs';

test('every test has an outcome, and a skip without a reason is a failure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reporter-test-'));
  try {
    writeFileSync(
      join(folder, 'inner.test.mjs'),
      `test('passes', () => {});
       test('fails', () => expect(1).toBe(2));
       test('skips with a reason', (ctx) => ctx.skip('no GPU here'));
       test.skip('skips silently', () => {});
       describe('broken', () => { beforeAll(() => { throw new Error('no set-up') }); test('never runs', () => {}); });`,
    );
    const outcomesPath = join(folder, 'outcomes.json');
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporter = `--reporter=${join(root, 'scripts', 'vitest-reporter.mjs')}`;
    spawnSync(process.execPath, [vitest, 'run', `--root=${folder}`, '--globals', reporter], {
      cwd: folder,
      env: { ...process.env, RINGSTUDIO_TEST_OUTCOMES: outcomesPath },
    });
    expect(JSON.parse(readFileSync(outcomesPath, 'utf8'))).toEqual([
      { name: 'inner.test.mjs > broken', status: 'failed', reason: 'no set-up' },
      { name: 'inner.test.mjs > passes', status: 'passed' },
      { name: 'inner.test.mjs > fails', status: 'failed', reason: expect.stringContaining('expected 1 to be 2') },
      { name: 'inner.test.mjs > skips with a reason', status: 'skipped', reason: 'no GPU here' },
      {
        name: 'inner.test.mjs > skips silently',
        status: 'failed',
        reason: expect.stringContaining('without a reason'),
      },
      {
        name: 'inner.test.mjs > broken > never runs',
        status: 'failed',
        reason: expect.stringContaining('did not run'),
      },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
