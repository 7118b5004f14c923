import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { CliFixture } from './cli.fixture.ts';

vi.setConfig({ testTimeout: 60_000 });

const doubler = `#include <ring_kernel.cuh>
struct Number { uint32_t id; double value = 1.0; };
RING_KERNEL(doubler);
RING_OUTPUT(doubler, doubled, Number);
RING_ON(doubler, Number) { ctx.emit(doubled, Number{msg.id, msg.value * 2}); }
`;

const numbers = (count: number): { id: number; value: number }[] =>
  Array.from({ length: count }, (_, id) => ({ id, value: id / 4 }));
const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

let cli: CliFixture;

beforeEach(() => {
  cli = new CliFixture({ 'doubler.cu': doubler });
});

afterEach(() => {
  cli[Symbol.dispose]();
});

function topology(hosts: readonly object[], channels: readonly object[]): void {
  const actors = [{ id: 'doubler', kernel: 'doubler', source: 'doubler.cu' }];
  cli.write('t.ring.json', JSON.stringify({ version: 1, actors, hosts, channels }));
}

const out = { id: 'log', host: 'sink', file: 'out.jsonl' };
const toLog = { from: 'doubler.doubled', to: 'log' };
const read = (path: string): unknown[] =>
  readFileSync(cli.path(path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe('host actors on the command line', () => {
  test('a file goes through an actor into another file, and every message once', async () => {
    cli.write('in.jsonl', lines(numbers(5000)));
    topology([{ id: 'input', host: 'replay', file: 'in.jsonl' }, out], [{ from: 'input.out', to: 'doubler' }, toLog]);
    const { exitCode, stdout, reports } = await cli.run(['run', 't.ring.json', '--metrics']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe('');
    expect(read('out.jsonl')).toEqual(numbers(5000).map(({ id, value }) => ({ id, value: value * 2 })));
    expect(reports).toEqual(
      expect.arrayContaining([
        { metrics: 'input', host: true, sent: 5000 },
        { metrics: 'log', host: true, received: 5000, processed: 5000, depth: 0, written: 5000 },
      ]),
    );
  });

  test('CSV goes in and out, and what a sink appended is what a replay takes', async () => {
    cli.write('in.csv', 'id,value\n1,0.5\n2,\n3,NaN\n');
    const log = { ...out, file: 'results/log.csv', mode: 'append' };
    topology([{ id: 'input', host: 'replay', file: 'in.csv' }, log], [{ from: 'input.out', to: 'doubler' }, toLog]);
    for (let run = 0; run < 2; run++) expect((await cli.run(['run', 't.ring.json'])).exitCode).toBe(0);
    const rows = '1,1\n2,2\n3,NaN\n';
    expect(readFileSync(cli.path('results/log.csv'), 'utf8')).toBe(`id,value\n${rows}${rows}`);
  });

  test('a run waits for a timer that ends, and --timeout-ms ends one that does not; the file is complete', async () => {
    const tick = { id: 'tick', host: 'timer', message: { id: '{sequence}' }, periodMs: 20 };
    topology([{ ...tick, count: 5 }, out], [{ from: 'tick.out', to: 'doubler' }, toLog]);
    const ending = await cli.run(['run', 't.ring.json']);
    expect([ending.exitCode, ending.stderr]).toEqual([0, '']);
    expect(read('out.jsonl')).toEqual(numbers(5).map(({ id }) => ({ id, value: 2 })));
    topology([tick, out], [{ from: 'tick.out', to: 'doubler' }, toLog]);
    const endless = await cli.run(['run', 't.ring.json', '--timeout-ms', '1000']);
    expect(endless.exitCode).toBe(4);
    expect(endless.stderr).toContain('still going on: tick (');
    expect(read('out.jsonl').length).toBeGreaterThan(2);
  });

  test('an interrupt ends an endless one with the file in place', async () => {
    topology(
      [{ id: 'tick', host: 'timer', message: { id: '{sequence}' }, periodMs: 5 }, out],
      [{ from: 'tick.out', to: 'doubler' }, toLog],
    );
    const { exitCode, stderr } = await cli.run(['run', 't.ring.json'], {
      during: (child) => {
        child.stderr?.once('data', () => setTimeout(() => child.kill('SIGINT'), 300));
      },
    });
    expect(stderr).toContain("note: 'tick' sends without end; Ctrl-C ends the run, or --timeout-ms.");
    expect(exitCode).toBe(130);
    expect(read('out.jsonl').length).toBeGreaterThan(2);
    expect(readdirSync(cli.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a bad line ends the run with its place and exit code 1; skipped ones are told and counted', async () => {
    cli.write('in.jsonl', '{"id":1}\n{"id":-1}\n{"id":3}\n');
    const input = { id: 'input', host: 'replay', file: 'in.jsonl' };
    const channels = [{ from: 'input.out', to: 'doubler' }, toLog];
    topology([input, out], channels);
    const strict = await cli.run(['run', 't.ring.json']);
    expect(strict.exitCode).toBe(1);
    expect(strict.reports).toContainEqual(
      expect.objectContaining({
        failed: 'input',
        cause: 'BadLine',
        detail: expect.stringContaining('in.jsonl:2: ') as unknown,
      }),
    );
    expect(read('out.jsonl')).toEqual([{ id: 1, value: 2 }]);
    topology([{ ...input, badLines: 'skip' }, out], channels);
    const lenient = await cli.run(['run', 't.ring.json', '--metrics']);
    expect(lenient.exitCode).toBe(0);
    expect(lenient.reports).toContainEqual(expect.objectContaining({ metrics: 'input', sent: 2, badLines: 1 }));
    expect(read('out.jsonl')).toHaveLength(2);
  });

  test('nothing runs, and no file is touched, when one of the files cannot be had', async () => {
    cli.write('out.jsonl', 'what was there\n');
    topology([{ id: 'input', host: 'replay', file: 'none.jsonl' }, out], [{ from: 'input.out', to: 'doubler' }, toLog]);
    const { exitCode, stderr } = await cli.run(['run', 't.ring.json']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("FileNotFound: there is no file 'none.jsonl' in the project.");
    expect(readFileSync(cli.path('out.jsonl'), 'utf8')).toBe('what was there\n');
    expect(readdirSync(cli.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('validate says what does not fit, with its line', async () => {
    topology(
      [{ id: 'tick', host: 'timer', message: { id: 'one' }, periodMs: 20 }, out],
      [{ from: 'tick.out', to: 'doubler' }],
    );
    const bad = await cli.run(['validate', 't.ring.json']);
    expect(bad.exitCode).not.toBe(0);
    expect(`${bad.stdout}${bad.stderr}`).toContain('t.ring.json:1:');
    topology(
      [{ id: 'tick', host: 'timer', message: { id: 1 }, periodMs: 20 }, out],
      [{ from: 'tick.out', to: 'doubler' }],
    );
    const good = await cli.run(['validate', 't.ring.json']);
    expect(`${good.stdout}${good.stderr}`).toContain('2 host actors');
  });

  test('the same seed generates the same file', async () => {
    const fields = { id: { kind: 'sequence' }, value: { kind: 'exponential', mean: 3 } };
    const generated = async (seed: number): Promise<string> => {
      topology(
        [
          { id: 'load', host: 'generator', fields, count: 3000, seed },
          { ...out, file: 'out.csv' },
        ],
        [{ from: 'load.out', to: 'doubler' }, toLog],
      );
      expect((await cli.run(['run', 't.ring.json'])).exitCode).toBe(0);
      return readFileSync(cli.path('out.csv'), 'utf8');
    };
    const first = await generated(1);
    expect(first.split('\n')).toHaveLength(3002);
    expect(await generated(1)).toBe(first);
    expect(await generated(2)).not.toBe(first);
    writeFileSync(cli.path('out.csv'), '');
  });
});
