import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookUpTools } from './tools.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringstudio-tools-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Scripts stand for what is looked for; nothing else is in PATH. */
async function find(name: string, scripts: Readonly<Record<string, string>>): Promise<string> {
  for (const [file, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, file), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const { status, detail } = (await lookUpTools({ PATH: folder })).find((tool) => tool.name === name)!;
  return `${status}: ${detail.replaceAll(folder, '')}`;
}

describe('tools in PATH', () => {
  beforeEach((ctx) => {
    if (process.platform === 'win32') ctx.skip('the tools of the test are shell scripts');
  });
  test('are shown with the version that they tell', async () => {
    const gcc = 'echo "g++ (Debian 12.2.0-14+deb12u1) 12.2.0"; echo Copyright';
    expect(await find('C++ compiler', { 'g++': gcc })).toMatch(
      /^ok: found \(\/g\+\+, g\+\+ 12\.2\.0\): builds the native/,
    );
    const nvcc = 'echo "nvcc: NVIDIA (R) Cuda compiler driver"; echo "Cuda compilation tools, release 13.0, V13.0.88"';
    expect(await find('nvcc', { nvcc })).toMatch(/^ok: found \(\/nvcc, release 13\.0\): compiles kernels/);
  });

  test('that fail are a warning with their words', async () => {
    const nvcc = 'echo "nvcc: no toolkit" >&2; exit 127';
    expect(await find('nvcc', { nvcc })).toMatch(
      /^warning: \/nvcc does not work \(exit code 127: nvcc: no toolkit\): compiles kernels/,
    );
    expect(await find('C++ compiler', { 'c++': 'kill -9 $$' })).toMatch(/^warning: \/c\+\+ does not work \(SIGKILL\)/);
  });

  test('that hang are given up', async () => {
    expect(await find('nvcc', { nvcc: '/bin/sleep 60' })).toMatch(
      /^warning: \/nvcc does not work \(no answer within 5 s\)/,
    );
  }, 20_000);

  test('one that works is preferred to one that does not', async () => {
    expect(await find('C++ compiler', { 'c++': 'exit 1', 'g++': 'echo g++ 12' })).toMatch(
      /^ok: found \(\/g\+\+, g\+\+ 12\)/,
    );
  });

  test('that are not there are absent', async () => {
    expect(await find('nvcc', {})).toMatch(/^absent: not found: compiles kernels/);
    writeFileSync(join(folder, 'nvcc'), 'not executable');
    expect(await find('nvcc', {})).toMatch(/^absent: not found/);
  });
});
