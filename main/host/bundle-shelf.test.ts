import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { buildStandIn, needsStandIn } from '../../native/test/stand-in/stand-in.ts';
import { CliFixture } from '../cli/cli.fixture.ts';
import { BundleShelf } from './bundle-shelf.ts';

const root = join(import.meta.dirname, '..', '..');
const sample = join(root, 'kernels', 'samples', 'vector_add');
vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

const cli = new CliFixture({ 'project/notes.txt': '' });
let without: Readonly<Record<string, string>> = {};
beforeEach(needsStandIn);
beforeAll(async () => {
  const { library } = await buildStandIn();
  const cache = join(root, 'node_modules', '.cache', 'driver-stand-in', 'programs');
  const env = {
    RINGSTUDIO_CUDA_LIBRARY: library,
    RINGSTUDIO_NVRTC_LIBRARY: library,
    RING_STANDIN: `optimize=0,cache=${cache}`,
    RINGSTUDIO_CACHE_DIR: cli.path('cache'),
  };
  without = { ...env, RINGSTUDIO_NVRTC_LIBRARY: cli.path('no-such-library.so') };
  cli.write('dist/.keep', '');
  const args = ['precompile', join(sample, 'topology.ring.json'), '--out', cli.path('dist/samples.ringbundle')];
  const made = await cli.run(args, { env });
  expect([made.exitCode, made.stderr]).toEqual([0, '']);
});
afterAll(() => cli[Symbol.dispose]());

test('every project is offered what the product has for its samples', async () => {
  const shelf = new BundleShelf({ root: cli.path('.'), given: undefined });
  const found = await shelf.find(cli.path('project'));
  expect(found).toMatchObject([{ bundle: { programs: [{ file: 'vector_add.cu' }] } }]);
  const other = { name: 'other', bytes: readFileSync(cli.path('dist/samples.ringbundle')) };
  const given = await new BundleShelf({ root: cli.path('.'), given: [other] }).find(cli.path('project'));
  expect(given.map(({ name }) => name)).toEqual(['other', found[0]!.name]);
});

test('a sample that was precompiled runs without NVRTC', async () => {
  cpSync(sample, cli.path('vector_add'), { recursive: true });
  cpSync(cli.path('dist/samples.ringbundle'), cli.path('vector_add/samples.ringbundle'));
  const result = await cli.run(['run', 'vector_add/topology.ring.json', '--device', 'cuda'], { env: without });
  expect([result.exitCode, result.results.length > 0]).toEqual([0, true]);
});
