import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultCacheDir } from './cache-folder.ts';
import { DiskCache } from './disk-cache.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ring-cache-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const isAny = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const keyOf = (index: number): string => index.toString(16).padStart(64, '0');
const entries = (): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('the disk cache', () => {
  test('gives back what was written, also to another instance', async () => {
    const value = { bytes: Uint8Array.of(1, 2, 3), map: new Map([['a', 1]]), set: new Set(['x']) };
    await new DiskCache({ dir }).write(keyOf(1), value);
    expect(await new DiskCache({ dir }).read(keyOf(1), isAny)).toEqual(value);
    expect(await new DiskCache({ dir }).read(keyOf(2), isAny)).toBeUndefined();
  });

  test('deletes and misses what was damaged, cut short, emptied or is another kind of value', async () => {
    const cache = new DiskCache({ dir });
    const damages: ((bytes: Buffer) => Uint8Array)[] = [
      (bytes) => Buffer.from(bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte))),
      (bytes) => bytes.subarray(0, bytes.length - 4),
      () => Buffer.alloc(0),
      () => Buffer.from('not a cache entry'),
    ];
    for (const damage of damages) {
      await cache.write(keyOf(1), { some: 'value' });
      const [path = ''] = entries();
      writeFileSync(path, damage(readFileSync(path)));
      expect(await cache.read(keyOf(1), isAny)).toBeUndefined();
      expect(entries()).toEqual([]);
    }
    await cache.write(keyOf(1), 'a string');
    expect(await cache.read(keyOf(1), isAny)).toBeUndefined();
  });

  test('evicts what was used longest ago when it grows beyond its limit', async () => {
    const entryBytes = 1000;
    const cache = new DiskCache({ dir, maxBytes: 10_000 });
    for (let i = 0; i < 40; i += 1) {
      await cache.write(keyOf(i), { bytes: new Uint8Array(entryBytes) });
      const path = join(dir, keyOf(i).slice(0, 2), keyOf(i).slice(2));
      utimesSync(path, i, i);
      if (i === 20) await cache.read(keyOf(18), isAny);
    }
    const total = entries().reduce((sum, path) => sum + statSync(path).size, 0);
    expect(total).toBeLessThan(30_000);
    expect(await cache.read(keyOf(18), isAny)).toBeDefined();
    expect(await cache.read(keyOf(17), isAny)).toBeUndefined();
    expect(await cache.read(keyOf(39), isAny)).toBeDefined();
  });

  test('clears away what a dead process left half written', async () => {
    await new DiskCache({ dir }).write(keyOf(1), {});
    const stale = join(dir, '00', 'x.tmp');
    const fresh = join(dir, '00', 'y.tmp');
    for (const path of [stale, fresh]) writeFileSync(path, 'half');
    utimesSync(stale, 1, 1);
    await new DiskCache({ dir }).write(keyOf(2), {});
    expect(entries()).not.toContain(stale);
    expect(entries()).toContain(fresh);
  });

  test('keeps large values deflated, and leaves out what would push out most of the others', async () => {
    const cache = new DiskCache({ dir, maxBytes: 1_000_000 });
    const value = { zeros: '0'.repeat(8 * 1024 * 1024), end: 'x' };
    await cache.write(keyOf(1), value);
    expect(statSync(entries()[0]!).size).toBeLessThan(100_000);
    expect(await cache.read(keyOf(1), isAny)).toEqual(value);
    const noise = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 2_654_435_761) >>> 13);
    await cache.write(keyOf(2), { noise });
    expect(await cache.read(keyOf(2), isAny)).toBeUndefined();
  });

  test('is for its owner only', async (ctx) => {
    if (process.platform === 'win32') ctx.skip('Windows keeps no owner bits of files');
    const below = join(dir, 'a', 'b');
    await new DiskCache({ dir: below }).write(keyOf(1), {});
    expect(statSync(below).mode & 0o777).toBe(0o700);
    expect(entries().map((path) => statSync(path).mode & 0o777)).toEqual([0o600]);
  });

  test('one failed write does not turn it off', async () => {
    const blocked = join(dir, 'below');
    writeFileSync(blocked, '');
    const warnings: string[] = [];
    const cache = new DiskCache({ dir: blocked, onUnusable: (message) => warnings.push(message) });
    await cache.write(keyOf(1), {});
    rmSync(blocked);
    await cache.write(keyOf(1), { some: 'value' });
    expect(await cache.read(keyOf(1), isAny)).toEqual({ some: 'value' });
    expect(warnings).toHaveLength(1);
  });

  test('warns once and goes on when the folder cannot be written', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    const warnings: string[] = [];
    const cache = new DiskCache({ dir: join(file, 'below'), onUnusable: (message) => warnings.push(message) });
    await cache.write(keyOf(1), {});
    await cache.write(keyOf(2), {});
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('cannot be written');
    expect(await cache.read(keyOf(1), isAny)).toBeUndefined();
  });
});

describe('the cache folder', () => {
  test('is where the platform keeps caches, unless the environment says otherwise', () => {
    expect(defaultCacheDir({ RINGSTUDIO_CACHE_DIR: '/c' }, 'linux')).toBe(join('/c', 'compile'));
    expect(defaultCacheDir({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'ring-kernel-studio', 'compile'));
    expect(defaultCacheDir({ XDG_CACHE_HOME: '' }, 'linux')).toContain(join('.cache', 'ring-kernel-studio'));
    expect(defaultCacheDir({}, 'darwin')).toContain(join('Library', 'Caches', 'ring-kernel-studio'));
    expect(defaultCacheDir({ LOCALAPPDATA: '/l' }, 'win32')).toBe(join('/l', 'ring-kernel-studio', 'compile'));
  });
});
