import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';

import { buildStandIn, needsStandIn, runScenario, type StandIn } from './stand-in.ts';

const BUILD_MS = 600_000;

let standIn: StandIn;
beforeEach(needsStandIn);
beforeAll(async () => {
  if (process.platform === 'linux') standIn = await buildStandIn();
}, BUILD_MS);

test('options, headers and messages are NVRTC’s', async () => {
  const { values } = await runScenario(standIn, 'compiler');
  const count = '1 error detected in the compilation of "unit.cu".\n';
  expect(values).toEqual({
    undefined: `6 unit.cu(2): error: identifier "missing" is undefined\n\n${count}`,
    semicolon: `6 unit.cu(2): error: expected a ";"\n\n${count}`,
    include: `6 unit.cu(1): catastrophic error: cannot open source file "cstdint"\n\n${count}`,
    option: '5 nvrtc: error: unrecognized option --wrong\n',
    architecture: '5 nvrtc: error: invalid value for --gpu-architecture (-arch)\n',
    standard: '5 nvrtc: error: invalid value for --std (-std)\n',
    macro: '0',
    headers: 0,
    late: 8,
    destroyed: 4,
    newest: 120,
    version: 1208,
    name: 'NVRTC_ERROR_COMPILATION',
    programs: 0,
  });
});

test('templates are instantiated by name expressions, and found by their lowered names', async () => {
  const { values } = await runScenario(standIn, 'names');
  expect(values).toEqual({ fill: '_Z4fillIfEvPT_S0_', cubinBytes: 0, filled: 2.5, counterBytes: 4 });
});

test('a compiled program is kept, and found again', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'ringstudio-programs-'));
  try {
    for (let times = 0; times < 2; times++) {
      const { values } = await runScenario(standIn, 'names', { settings: `cache=${cache}` });
      expect(values).toMatchObject({ filled: 2.5 });
      expect(readdirSync(cache)).toHaveLength(1);
    }
  } finally {
    rmSync(cache, { recursive: true });
  }
});

test('PTX is text, for newer devices too; a cubin is for its own; a driver knows no newer PTX', async () => {
  const { values } = await runScenario(standIn, 'images', { settings: 'nvrtc=12090,driver=12040,compute=80' });
  expect(values).toEqual({
    newer: 222,
    log: 'Unsupported .version; current version is older',
    cubin: 0,
    otherCubin: 209,
    older: 0,
    newTarget: 218,
    garbage: 200,
    cut: 200,
    text: true,
  });
});
