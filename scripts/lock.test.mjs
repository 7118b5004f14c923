import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asStranger } from './stranger.fixture.mjs';
import { withLock } from './lock.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('only one of several holds the lock at a time', async () => {
  const path = join(folder, 'nested', 'lock');
  let holders = 0;
  const work = async () => {
    holders += 1;
    await new Promise((resolve) => setImmediate(resolve));
    expect(holders).toBe(1);
    holders -= 1;
    return 'done';
  };
  expect(await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)])).toEqual(
    Array(3).fill('done'),
  );
});

test('the lock is free again after its holder failed', async () => {
  const path = join(folder, 'lock');
  await expect(withLock(path, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await withLock(path, async () => 1)).toBe(1);
});

test('the lock of a process that is gone is taken over', async () => {
  const path = join(folder, 'lock');
  // Above every platform's largest process id.
  writeFileSync(path, '999999999');
  expect(await withLock(path, async () => 1)).toBe(1);
});

test('a folder that this user cannot write is named, with what to do', async (ctx) => {
  if (process.platform === 'win32') ctx.skip('Windows keeps no owner bits of files');
  await expect(asStranger(folder, () => withLock(join(folder, 'lock'), async () => 1))).rejects.toThrow(
    `'${folder}' cannot be written: permission denied. Whoever owns this checkout can do it`,
  );
  const path = join(folder, 'file');
  writeFileSync(path, '');
  await expect(withLock(join(path, 'lock'), async () => 1)).rejects.toThrow(
    `'${path}' cannot be written: something that is no folder has its name. Move that away`,
  );
});
