import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CliFixture } from './cli.fixture.ts';
import { bank, faults, ticker, tickerTopology } from './test-kernels.fixture.ts';

const actors = [{ id: 'bank', kernel: 'account', source: 'bank.cu' }];
const inject = [{ type: 'Deposit', message: { cents: 1 } }];
const cli = new CliFixture({
  'bank.cu': bank,
  'bank.ring.json': JSON.stringify({ version: 1, actors, inject }),
  'wide.cu': bank.replace(
    'struct AccountState { int64_t cents; }',
    'struct AccountState { uint32_t rate = 3; int32_t cents; }',
  ),
  'wide.ring.json': JSON.stringify({ version: 1, actors: [{ ...actors[0], source: 'wide.cu' }] }),
  'faults.cu': faults,
  'fragile.ring.json': JSON.stringify({
    version: 1,
    actors: [{ id: 'fragile', kernel: 'fragile', source: 'faults.cu' }],
    supervisors: [
      {
        id: 'top',
        strategy: 'one-for-one',
        children: ['fragile'],
        backoff: { minMs: 20_000, maxMs: 20_000, jitter: 0 },
      },
    ],
  }),
  'ticker.cu': ticker,
  'ticker.ring.json': tickerTopology,
});
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

const deposit = (cents: number): readonly string[] => ['--type', 'Deposit', '--inject', JSON.stringify({ cents })];
const centsOf = (results: readonly Record<string, unknown>[]): unknown[] =>
  results.map(({ message }) => (message as { cents: unknown }).cents);

const valuesOf = (results: readonly Record<string, unknown>[]): unknown[] =>
  results.map(({ message }) => (message as { value: unknown }).value);

describe('run --checkpoint and --restore', () => {
  test('a later run goes on from where the first one ended, and sends nothing twice', async () => {
    const first = await cli.run(['run', 'bank.ring.json', ...deposit(10), '--checkpoint', 'bank.ringckpt']);
    expect([first.exitCode, centsOf(first.results)]).toEqual([0, [10]]);
    expect(first.reports).toEqual([{ checkpoint: 'bank.ringckpt' }]);
    const idle = await cli.run(['run', 'bank.ring.json', '--restore', 'bank.ringckpt']);
    expect([idle.exitCode, idle.results, idle.stderr.includes('nothing to send')]).toEqual([0, [], false]);
    const again = ['run', 'bank.ring.json', '--restore', 'bank.ringckpt', '--checkpoint', 'bank.ringckpt'];
    const second = await cli.run([...again, ...deposit(5)]);
    expect([second.exitCode, centsOf(second.results)]).toEqual([0, [15]]);
    expect(second.reports[0]).toMatchObject({ restored: 'bank.ringckpt', resting: [] });
    const third = await cli.run(['run', 'bank.ring.json', '--restore', 'bank.ringckpt', ...deposit(1)]);
    expect(centsOf(third.results)).toEqual([16]);
  });

  test('an interrupted run is kept, and goes on', async () => {
    const run = ['run', 'ticker.ring.json', '--checkpoint', 'tick.ringckpt'];
    const interrupted = await cli.run([...run, '--checkpoint-every', '20', '--metrics'], {
      during: (child) => child.stdout?.once('data', () => setTimeout(() => child.kill('SIGINT'), 300)),
    });
    expect(interrupted.exitCode).toBe(130);
    const ticks = ({ reports }: { readonly reports: readonly Record<string, unknown>[] }): number =>
      reports.find(({ metrics }) => metrics === 'total')?.['processed'] as number;
    const before = ticks(interrupted);
    expect(before).toBeGreaterThan(0);
    const limit = ['--timeout-ms', '50', '--metrics'];
    const later = await cli.run(['run', 'ticker.ring.json', '--restore', 'tick.ringckpt', ...limit]);
    expect(later.exitCode).toBe(4);
    expect(ticks(later)).toBeGreaterThanOrEqual(before); // nothing was processed after the checkpoint
  });

  test('one interrupted while an actor waits for its restart goes on with its queue', async () => {
    const kinds = [{ kind: 0 }, { kind: 3 }, { kind: 5 }, { kind: 6 }].map((message) => JSON.stringify({ message }));
    const run = ['run', 'fragile.ring.json', '--metrics'];
    const first = await cli.run([...run, '--input', '-', '--checkpoint', 'wait.ringckpt'], {
      stdin: `${kinds.join('\n')}\n`,
      during: (child) => child.stderr?.once('data', () => child.kill('SIGINT')),
    });
    expect([first.exitCode, valuesOf(first.results)]).toEqual([130, [0]]);
    const later = await cli.run([...run, '--restore', 'wait.ringckpt']);
    expect([later.exitCode, later.stderr.includes('error')]).toEqual([0, false]);
    expect(later.reports[0]).toMatchObject({ restored: 'wait.ringckpt', resting: [] });
    expect(valuesOf(later.results)).toEqual([5, 6]);
    const counts = { processed: 3, dropped: 1, droppedByReason: { 'actor-failed': 1 } };
    expect(later.reports).toContainEqual(expect.objectContaining({ metrics: 'fragile#0', ...counts }));
  });

  test('another layout is refused, and carried over on request', async () => {
    await cli.run(['run', 'bank.ring.json', ...deposit(10), '--checkpoint', 'old.ringckpt']);
    const refused = await cli.run(['run', 'wide.ring.json', '--restore', 'old.ringckpt']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("error: CheckpointMismatch: the checkpoint does not fit: state of 'bank#0'");
    expect(refused.stderr).toContain('Restore with --migrate, or into the kernels that it was taken of.');
    expect(refused.stderr).not.toContain('by-name');
    const carried = await cli.run(['run', 'wide.ring.json', '--restore', 'old.ringckpt', '--migrate', ...deposit(2)]);
    expect(centsOf(carried.results)).toEqual([12]);
    expect(carried.reports[1]).toMatchObject({
      migrated: {
        instance: 'bank#0',
        state: [
          { path: 'rate', fate: 'defaulted' },
          { path: 'cents', fate: 'converted' },
        ],
      },
    });
  });

  test('what would be lost is refused with the option that allows it', async () => {
    const twice = [...deposit(2_000_000_000), ...deposit(2_000_000_000).slice(2)];
    await cli.run(['run', 'bank.ring.json', ...twice, '--checkpoint', 'rich.ringckpt']);
    const restore = ['run', 'wide.ring.json', '--restore', 'rich.ringckpt', '--migrate'];
    const refused = await cli.run(restore);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/\[migration-loss\]\n {2}tip: Restore with --migrate --allow-loss, or change/);
    expect(refused.stderr).not.toContain('allowLoss');
    const carried = await cli.run([...restore, '--allow-loss', ...deposit(2)]);
    expect(centsOf(carried.results)).toEqual([2]);
  });

  test('bad files and options are found before anything runs', async () => {
    await cli.run(['run', 'bank.ring.json', ...deposit(10), '--checkpoint', 'cut.ringckpt']);
    truncateSync(cli.path('cut.ringckpt'), readFileSync(cli.path('cut.ringckpt')).length - 8);
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['--restore', 'cut.ringckpt'], 'error: BadCheckpoint: this is no whole checkpoint: it has'],
      [['--restore', 'none.ringckpt'], 'error: CheckpointUnreadable: '],
      [['--restore', 'bank.cu'], 'error: BadCheckpoint: this is no whole checkpoint: it does not begin as one does.'],
      [['--checkpoint', 'bank.ring.json'], "--checkpoint 'bank.ring.json' and 'bank.ring.json' are one file."],
      [['--checkpoint', 'no/such/folder'], 'cannot be written: there is no such folder.'],
      [['--checkpoint-every', '100'], '--checkpoint-every goes with --checkpoint FILE.'],
      [['--migrate'], '--migrate goes with --restore FILE.'],
    ];
    for (const [args, message] of cases) {
      const { exitCode, stdout, stderr } = await cli.run(['run', 'bank.ring.json', ...args]);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toContain(message);
    }
  });

  test.skipIf(process.platform === 'win32')('nothing but a file is replaced by a checkpoint', async () => {
    execFileSync('mkfifo', [cli.path('pipe')]);
    symlinkSync('pipe', cli.path('link'));
    for (const name of ['pipe', 'link']) {
      const { exitCode, stdout, stderr } = await cli.run(['run', 'bank.ring.json', '--checkpoint', name]);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toContain(
        `CheckpointNotWritable: --checkpoint '${name}' cannot be written: it is a device, a pipe`,
      );
    }
    expect(lstatSync(cli.path('pipe')).isFIFO()).toBe(true);
    expect(lstatSync(cli.path('link')).isSymbolicLink()).toBe(true);
  });
});
