import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';

import { packageRoot } from '../../host/package-root.ts';
import { CliFixture } from '../cli.fixture.ts';

const source = readFileSync(join(packageRoot(import.meta.url), 'kernels', 'test', 'plain_simt.cu'), 'utf8');
const cli = new CliFixture({ 'reduce.cu': source });
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

test.each([
  ['reduce0<int>', '32', [496, 1520, 2544, 0]],
  ['reduce2<double>', '64', [2016, 2544, 0, 0]],
  ['reduce4<int, 128>', '128', [4560, 0, 0, 0]],
])('exec runs %s from a folder that holds the file alone', async (name, block, sums) => {
  const type = name.includes('double') ? 'double' : 'int';
  const { exitCode, results, stderr } = await cli.run([
    ...['exec', 'reduce.cu', '--function', name, '--grid', '3', '--block', block, '--shared', '2048'],
    ...['--arg', `${type}[96]=iota`, '--arg', `${type}[4]=zeros`, '--arg', '96', '--print', 'out'],
  ]);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(results[1]).toMatchObject({ name: 'out', values: sums });
});

test('exec says which thread prints, and of barriers that do not meet the lines of both', async () => {
  const lines = source.split('\n');
  const lineOf = (mark: string): number => lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
  const said = await cli.run(['exec', 'reduce.cu', '--function', 'speak', '--grid', '1', '--block', '8', '--arg', '5']);
  expect([said.exitCode, said.stderr]).toEqual([0, 'speak (block 0, thread 5): 5 of block 0\n']);
  const { exitCode, reports } = await cli.run([
    ...['exec', 'reduce.cu', '--function', 'part', '--grid', '1', '--block', '8', '--arg', '2'],
  ]);
  expect([exitCode, reports[0]]).toMatchObject([
    1,
    { failed: 'part', cause: 'divergent-barrier', at: `reduce.cu:${lineOf('one')}` },
  ]);
  expect(reports[0]?.['detail']).toContain(`6 threads from 2 on at reduce.cu:${lineOf('other')}`);
});

test('exec launches cooperatively where it is asked to', async () => {
  const args = [
    '--arg',
    'unsigned int[4]=[1, 2, 3, 4]',
    '--arg',
    'unsigned int[4]=zeros',
    '--arg',
    '1',
    '--print',
    'b',
  ];
  const shape = ['exec', 'reduce.cu', '--function', 'neighbours', '--grid', '2', '--block', '2'];
  const together = await cli.run([...shape, '--cooperative', ...args]);
  expect([together.exitCode, together.results[1]]).toMatchObject([0, { values: [6, 4, 6, 4] }]);
  const apart = await cli.run([...shape, ...args]);
  expect([apart.exitCode, apart.reports[0]]).toMatchObject([1, { cause: 'not-cooperative' }]);
});
