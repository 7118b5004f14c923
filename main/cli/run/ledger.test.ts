import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CliFixture } from '../cli.fixture.ts';
import { bank, ticker, tickerTopology } from '../test-kernels.fixture.ts';

/** Fifty items for each tick, and the next tick. */
const flood = `#include <ring_kernel.cuh>
struct Tick { uint32_t left; };
struct Item { uint64_t value; };
RING_KERNEL(source); RING_OUTPUT(source, out, Item); RING_OUTPUT(source, next, Tick);
RING_ON(source, Tick) {
  for (int i = 0; i < 50; ++i) ctx.emit(out, Item{1});
  if (msg.left > 0) ctx.emit(next, Tick{msg.left - 1});
}
RING_KERNEL(drain);
RING_ON(drain, Item) {}
`;
const floodTopology = JSON.stringify({
  version: 1,
  actors: ['source', 'drain'].map((id) => ({ id, kernel: id, source: 'flood.cu', queue: { capacity: 16 } })),
  channels: [
    { from: 'source.next', to: 'source' },
    { from: 'source.out', to: 'drain' },
  ],
  inject: [{ to: 'source', message: { left: 4_000_000_000 } }],
});

/** Writes past its state, over what its worker needs to send. */
const wild = `#include <ring_kernel.cuh>
struct Job { uint32_t words; };
struct State { uint32_t values[4]; };
RING_KERNEL(wild, State); RING_OUTPUT(wild, out, Job);
RING_ON(wild, Job) {
  ctx.emit(out, msg);
  uint32_t* words = state.values;
  for (uint32_t i = 0; i < msg.words; ++i) words[i] = 0xffffffff;
}
`;

const cli = new CliFixture({
  ...{ 'bank.cu': bank, 'ticker.cu': ticker, 'ticker.ring.json': tickerTopology },
  ...{ 'flood.cu': flood, 'flood.ring.json': floodTopology, 'wild.cu': wild },
});
vi.setConfig({ testTimeout: 120_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

interface Line {
  readonly id?: string;
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly at?: string;
}

function readLedger(): readonly Line[] {
  const text = readFileSync(cli.path('ledger.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('run --ledger', () => {
  test('writes a line for each delivery, whose sums are those of telemetry', async () => {
    const args = ['run', 'bank.cu', '--kernel', 'account', '--to', 'account', '--ledger', 'ledger.jsonl', '--metrics'];
    const input = ['{"type":"Deposit","message":{"cents":1}}', '{"type":"Query","message":{}}'];
    const lines = Array.from({ length: 3000 }, (_, index) => input[index % 2]).join('\n');
    const { exitCode, reports, results } = await cli.run([...args, '--input', '-'], { stdin: lines });
    expect(exitCode).toBe(0);
    const ledger = readLedger();
    expect(new Set(ledger.map(({ id, to }) => `${id!} ${to}`)).size).toBe(ledger.length);
    expect(ledger.filter(({ from, to }) => from === 'host' && to === 'account#0')).toHaveLength(3000);
    expect(ledger.filter(({ from, to }) => from === 'account#0' && to === 'host')).toHaveLength(results.length);
    expect(ledger.every(({ outcome }) => outcome === 'processed')).toBe(true);
    expect(reports.find(({ ledger: of }) => of === 'total')).toEqual({
      ...{ ledger: 'total', deliveries: 6000, processed: 3000, received: 3000 },
      ...{ dropped: 0, deadLettered: 0, queued: 0, unknown: 0 },
    });
    expect(reports.find(({ metrics }) => metrics === 'total')).toMatchObject({
      processed: 3000,
      sent: 3000,
      dropped: 0,
      depth: 0,
    });
  });

  test('has what was going on when the time was up', async () => {
    const args = ['run', 'ticker.ring.json', '--ledger', 'ledger.jsonl', '--timeout-ms', '300'];
    const { exitCode, stderr, reports } = await cli.run(args);
    expect(exitCode).toBe(4);
    const ledger = readLedger();
    const counts = new Map<string, number>();
    for (const { outcome } of ledger) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    expect(reports.find(({ ledger: of }) => of === 'total')).toMatchObject({
      deliveries: ledger.length,
      queued: counts.get('queued') ?? 0,
    });
    expect(stderr).not.toContain('ledgerError');
  });

  test('agrees with the metrics to the last message when the time was up, whoever holds what back', async () => {
    const args = ['run', 'flood.ring.json', '--ledger', 'ledger.jsonl', '--metrics', '--timeout-ms', '300'];
    const { exitCode, reports } = await cli.run(args);
    expect(exitCode).toBe(4);
    const of = (actor: string): Record<string, unknown> => reports.find(({ metrics }) => metrics === actor)!;
    const count = (isIt: (line: Line) => boolean): number => ledger.filter(isIt).length;
    const ledger = readLedger();
    const { processed, sent } = of('source#0') as { processed: number; sent: number };
    expect(processed).toBeGreaterThan(10);
    expect(count(({ to, outcome }) => to === 'source#0' && outcome === 'processed')).toBe(processed);
    expect(count(({ from }) => from === 'source#0')).toBe(51 * processed);
    expect(count(({ from, at }) => from === 'source#0' && at === 'outbox')).toBe(51 * processed - sent);
    expect(count(({ to, outcome }) => to === 'drain#0' && outcome === 'processed')).toBe(of('drain#0')['processed']);
    expect(count(({ to, at }) => to === 'drain#0' && at === 'queue')).toBe(of('drain#0')['depth']);
  });

  test('has what reached the host of an actor that has written over its own ledger', async () => {
    const args = ['run', 'wild.cu', '--inject', '{"words": 50}', '--ledger', 'ledger.jsonl'];
    const { exitCode, reports, results } = await cli.run(args);
    expect(exitCode).toBe(1);
    const failure = reports.find(({ failed }) => failed === 'wild#0');
    expect(failure).toMatchObject({ cause: 'out-of-bounds' });
    expect(failure).not.toHaveProperty('at'); // it was the runtime that failed, later
    expect(readLedger().filter(({ to }) => to === 'host')).toHaveLength(results.length);
    expect(reports.filter((report) => 'ledgerError' in report)).toEqual([]);
  });

  test('takes no file that the run reads or writes', async () => {
    const run = ['run', 'bank.cu', '--to', 'account', '--type', 'Query', '--inject', '{}'];
    for (const [args, message] of [
      [['--ledger', 'bank.cu'], "LedgerNotWritable: --ledger 'bank.cu' and the source 'bank.cu' are one file."],
      [['--ledger', 'out.jsonl', '--output', 'out.jsonl'], "LedgerNotWritable: --ledger 'out.jsonl' and --output"],
      [['--ledger', '-'], 'InvalidOption: --ledger takes a file.'],
    ] as const) {
      const { exitCode, stderr } = await cli.run([...run, ...args]);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message) as string]);
    }
    expect(readFileSync(cli.path('bank.cu'), 'utf8')).toBe(bank);
  });
});
