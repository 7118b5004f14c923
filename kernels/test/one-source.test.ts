import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const samples = join(import.meta.dirname, '..', 'samples');

test('no sample asks what it is compiled for', () => {
  const files = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((file) => /\.cuh?$/.test(file));
  expect(files.length).toBeGreaterThan(0);
  const asking = files.filter((file) => /^\s*#\s*(if|ifdef|ifndef)\b/m.test(readFileSync(join(samples, file), 'utf8')));
  expect(asking).toEqual([]);
});
