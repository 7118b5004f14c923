import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CliFixture } from '../cli.fixture.ts';
import { bank, ticker, tickerTopology } from '../test-kernels.fixture.ts';

const cli = new CliFixture({ 'bank.cu': bank, 'ticker.cu': ticker, 'ticker.ring.json': tickerTopology });
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
