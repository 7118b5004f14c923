import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { buildStandIn, needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import { CliFixture } from '../cli.fixture.ts';
import type { Report, ReportedCheck } from './report.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const BUILD_MS = 600_000;
const ALL_MS = 900_000;
vi.setConfig({ testTimeout: ALL_MS });
const cli = new CliFixture();
let env: Readonly<Record<string, string>> = {};
const settings = `devices=2,optimize=0,cache=${join(root, 'node_modules', '.cache', 'driver-stand-in', 'programs')}`;

beforeEach(needsStandIn);
beforeAll(async () => {
  const { library } = await buildStandIn();
  env = { RINGSTUDIO_CUDA_LIBRARY: library, RINGSTUDIO_NVRTC_LIBRARY: library, RING_STANDIN: settings };
}, BUILD_MS);
afterAll(() => cli[Symbol.dispose]());

function parse(text: string): Report {
  return JSON.parse(text) as Report;
}

function outcomes({ checks }: Report): Readonly<Record<string, string>> {
  return Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));
}

function find({ checks }: Report, name: string): ReportedCheck {
  return checks.find((check) => check.name === name)!;
}

const quick = ['verify-cuda', '--quick', '--time-limit', '800'];

describe('verify-cuda (stand-in)', () => {
  test('passes every check, and says plainly that nothing is proven about a GPU', async () => {
    const run = await cli.run([...quick, '--report', 'report.json'], { env });
    const report = parse(readFileSync(cli.path('report.json'), 'utf8'));
    expect(report.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(run).toMatchObject({ exitCode: 0, stdout: '' });
    expect(report).toMatchObject({
      kind: 'ringstudio-verify-cuda',
      version: 1,
      verdict: 'passed',
      ranOn: 'stand-in',
      machine: {
        driver: { isStandIn: true, isNamedByEnvironment: true },
        gpu: { ordinal: 0, name: 'Stand-in GPU 0' },
      },
    });
    expect(report.proves).toMatch(/^Nothing about a GPU: the driver is the stand-in/);
    expect(run.stderr).toContain('THE DRIVER IS A STAND-IN: NOTHING IS PROVEN ABOUT A GPU.');
    const samples = report.checks.filter(({ name }) => name.startsWith('sample-'));
    expect(samples.length).toBeGreaterThan(10);
    for (const { figures } of report.checks) expect(figures.length).toBeGreaterThan(0);
  });

  test('a driver call that fails in one check fails that check, and no other', async () => {
    // Each check opens the GPU for itself: the second one of the process cannot pin its memory.
    const failing = { ...env, RING_STANDIN: `${settings},fail=cuMemHostRegister@2=2` };
    const run = await cli.run([...quick, 'exactly-once-echo', 'latency', 'park-and-relaunch'], { env: failing });
    const report = parse(run.stdout);
    expect(outcomes(report)).toEqual({
      'exactly-once-echo': 'passed',
      latency: 'failed',
      'park-and-relaunch': 'passed',
    });
    expect(find(report, 'latency')).toMatchObject({
      reason: expect.stringMatching(/^OutOfMemory: .*cuMemHostRegister/),
    });
    expect(find(report, 'latency').advice).toBeDefined();
    expect([run.exitCode, report.verdict]).toEqual([1, 'failed']);
    expect(run.stderr).toMatch(/^FAILED {2}latency/m);
  });

  test('a check that hangs is ended and told, and those after it run in another process', async () => {
    await cli.run([...quick, 'plain-functions'], { env }); // so that its program is found in the cache
    const script = cli.path('hanging-compiler');
    writeFileSync(script, '#!/bin/sh\nwhile kill -0 $PPID 2>/dev/null; do sleep 1; done\n', { mode: 0o755 });
    const hanging = { ...env, RING_STANDIN: `optimize=0,compiler=${script}` };
    const run = await cli.run([...quick, '--deadline', '20', 'nvrtc-compile', 'plain-functions'], { env: hanging });
    const report = parse(run.stdout);
    expect(outcomes(report)).toEqual({ 'nvrtc-compile': 'failed', 'plain-functions': 'passed' });
    expect(find(report, 'nvrtc-compile').reason).toMatch(/^it hangs: no end within 20 s; its process was killed/);
    expect(run.exitCode).toBe(1);
  });

  test('an interrupt ends it with a report of what is known', async () => {
    const run = await cli.run([...quick, '--report', 'interrupted.json', 'latency', 'printf'], {
      env,
      during: (child) => {
        child.stderr?.on('data', (text: Buffer) => {
          if (text.includes('[1/2]')) child.kill('SIGINT');
        });
      },
    });
    const report = parse(readFileSync(cli.path('interrupted.json'), 'utf8'));
    expect(run.exitCode).toBe(130);
    expect(report.verdict).toBe('interrupted');
    expect(find(report, 'printf')).toMatchObject({ outcome: 'unknown', reason: 'it was interrupted before' });
  });

  test('ends with 3 and no report where there is no such GPU', async () => {
    const none = await cli.run([...quick, '--report', 'none.json'], { env: { ...env, RING_STANDIN: 'devices=0' } });
    expect(none.exitCode).toBe(3);
    const other = await cli.run([...quick, '--gpu', '5', '--report', 'none.json'], { env });
    expect(other.exitCode).toBe(3);
    expect(other.stderr).toContain('There is no GPU number 5: there are 2, from number 0 on.');
    expect(existsSync(cli.path('none.json'))).toBe(false);
  });

  test('ends with 2 for a check that there is not', async () => {
    const run = await cli.run(['verify-cuda', 'latancy'], { env });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("Did you mean 'latency'?");
  });
});
