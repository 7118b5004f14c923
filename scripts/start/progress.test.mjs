import { expect, test } from 'vitest';
import { createProgress, describeProgress } from './progress.mjs';

test('percent, size and speed', () => {
  expect(describeProgress({ transferred: 25_000_000, total: 100_000_000 }, 5000)).toBe('25 % of 100.0 MB, 5.0 MB/s');
});

test('a server that does not say how large the file is', () => {
  expect(describeProgress({ transferred: 25_000_000, total: null }, 5000)).toBe('25.0 MB, 5.0 MB/s');
});

test('on a terminal one line changes, and it is left at the end', () => {
  expect(shown({ isTTY: true, atMs: [50, 60, 1000, 1001], transferred: [1e6, 2e6, 5e6, 1e7] })).toEqual([
    '\rElectron: 10 % of 10.0 MB, 20.0 MB/s\u001b[K',
    '\rElectron: 50 % of 10.0 MB, 5.0 MB/s\u001b[K',
    '\rElectron: 100 % of 10.0 MB, 10.0 MB/s\u001b[K',
    '\n',
  ]);
});

test('elsewhere a line now and then', () => {
  expect(shown({ isTTY: false, atMs: [1000, 10_000, 12_000, 20_000], transferred: [1e6, 5e6, 6e6, 8e6] })).toEqual([
    'Electron: 50 % of 10.0 MB, 0.5 MB/s\n',
    'Electron: 80 % of 10.0 MB, 0.4 MB/s\n',
  ]);
});

/** @param {{ isTTY: boolean, atMs: number[], transferred: number[] }} script */
function shown({ isTTY, atMs, transferred }) {
  /** @type {string[]} */
  const written = [];
  let at = 0;
  const output = { isTTY, write: (/** @type {string} */ text) => written.push(text) };
  const progress = createProgress({ label: 'Electron', output, now: () => at });
  transferred.forEach((bytes, index) => {
    at = atMs[index] ?? 0;
    progress.update({ transferred: bytes, total: 1e7 });
  });
  progress.end();
  return written;
}
