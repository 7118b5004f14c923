import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { CudaFindings } from '../../../app/contract/cuda-findings.ts';
import type { Check } from './check.ts';
import { describeMachine } from './machine.ts';
import type { CheckResult, Outcome } from './outcome.ts';
import { makeReport, type Report } from './report.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-report-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the probe would say of a driver in a file of these contents. */
function findings(contents: string, name: string): CudaFindings {
  const path = join(mkdtempSync(join(folder, 'driver-')), 'libcuda.so');
  writeFileSync(path, contents);
  const device = { name, computeCapability: '9.0', memoryBytes: 2 ** 36, multiprocessorCount: 132 };
  return {
    addon: { found: true, path: 'ring_native.node' },
    driver: { found: true, path, cudaVersion: '12.8', isWsl: false },
    devices: { found: true, list: [{ ...device, isIntegrated: false, hasKernelTimeout: false, isSharedByMps: null }] },
    nvrtc: { found: false, reason: 'not looked for' },
    nvml: { found: false, reason: 'not looked for' },
  };
}

async function report(found: CudaFindings, results: Readonly<Record<string, Outcome | undefined>>): Promise<Report> {
  const checks = Object.keys(results).map((name): Check => {
    const run = (): Promise<void> => Promise.resolve();
    return { name, title: `${name} works`, advice: `mend ${name}`, group: 'all', deadlineMs: 1000, run };
  });
  const known = Object.entries(results).flatMap(([name, outcome]): [string, CheckResult][] =>
    outcome === undefined ? [] : [[name, { name, outcome, durationMs: 1, figures: [] }]],
  );
  return makeReport({
    product: '1.2.3',
    options: { gpu: 0, isQuick: false, isSelection: false },
    machine: await describeMachine(found, 0),
    startedAtMs: 0,
    durationMs: 2,
    checks,
    results: new Map(known),
    isInterrupted: false,
  });
}

describe('a report', () => {
  test('is about a GPU only where the driver is none of ours', async () => {
    const real = await report(findings('a driver', 'NVIDIA H100'), { a: 'passed' });
    expect(real).toMatchObject({ ranOn: 'gpu', verdict: 'passed' });
    expect(real.proves).toContain('NVIDIA H100');
  });

  test.each([
    ['by the name of its devices', 'a driver', 'Stand-in GPU 3'],
    [
      'by what its file holds, whatever it calls its devices',
      `${'x'.repeat(2 ** 20 - 5)}ring_standin_set\0`,
      'NVIDIA H100',
    ],
  ])('knows the stand-in %s', async (_, contents, name) => {
    const faked = await report(findings(contents, name), { a: 'passed' });
    expect(faked).toMatchObject({ ranOn: 'stand-in', machine: { driver: { isStandIn: true } } });
    expect(faked.proves).toMatch(/^Nothing about a GPU/);
  });

  test('has a verdict of its worst check, and what to do about it', async () => {
    const found = findings('a driver', 'NVIDIA H100');
    const failed = await report(found, { a: 'passed', b: 'failed', c: undefined });
    expect(failed).toMatchObject({ verdict: 'failed', counts: { passed: 1, failed: 1, skipped: 0, unknown: 1 } });
    expect(failed.checks.map(({ advice }) => advice)).toEqual([undefined, 'mend b', 'mend c']);
    expect(failed.proves).toMatch(/^That not everything is known to work/);
    const partly = await report(found, { a: 'skipped', b: 'passed' });
    expect(partly).toMatchObject({ verdict: 'passed', proves: expect.stringMatching(/\(without a\)\.$/) as string });
    expect(await report(found, { a: 'skipped' })).toMatchObject({ verdict: 'incomplete' });
    expect(await report(found, { a: 'passed', b: undefined })).toMatchObject({
      verdict: 'incomplete',
      checks: [{ outcome: 'passed' }, { outcome: 'unknown', reason: 'the time for all checks was over before' }],
    });
  });
});
