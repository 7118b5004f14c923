import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';

import { CliFixture } from './cli.fixture.ts';
import { bank, faults } from './test-kernels.fixture.ts';

const doubler = `#include <ring_kernel.cuh>
struct Item { uint32_t value; };
RING_KERNEL(doubler);
RING_OUTPUT(doubler, out, Item);
RING_ON(doubler, Item) {
  ctx.emit(out, msg);
  ctx.emit(out, msg);
}
`;

const narrow = { capacity: 16 };
const circle = {
  version: 1,
  actors: ['a', 'b'].map((id) => ({ id, kernel: 'doubler', source: 'doubler.cu', queue: narrow })),
  channels: [
    { from: 'a.out', to: 'b' },
    { from: 'b.out', to: 'a' },
  ],
};
const supervised = {
  version: 1,
  actors: [
    { id: 'fragile', kernel: 'fragile', source: 'faults.cu' },
    { id: 'healthy', kernel: 'healthy', source: 'faults.cu' },
  ],
  supervisors: [
    {
      id: 'top',
      strategy: 'one-for-one',
      children: ['fragile', 'healthy'],
      maxRestarts: 2,
      backoff: { minMs: 1, maxMs: 5 },
    },
  ],
};

const cli = new CliFixture({
  'bank.cu': bank,
  'faults.cu': faults,
  'doubler.cu': doubler,
  'circle.ring.json': JSON.stringify(circle),
  'supervised.ring.json': JSON.stringify(supervised),
});
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

function lines(messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join('');
}

describe('dead letters', () => {
  test('go to a file whose lines are input again, mended on the way', async () => {
    const kinds = [{ kind: 0 }, { kind: 1 }, { kind: 3 }, { kind: 0 }].map((message) => ({ to: 'fragile', message }));
    const args = ['run', 'supervised.ring.json', '--input', '-', '--dead-letters', 'letters.jsonl'];
    const first = await cli.run(args, { stdin: lines(kinds) });
    expect(first.exitCode).toBe(1);
    expect(first.reports.filter((report) => 'restarted' in report)).toEqual([
      { restarted: ['fragile#0'], supervisor: 'top' },
      { restarted: ['fragile#0'], supervisor: 'top' },
    ]);
    expect(first.stderr).toContain('error: ProgramFailed: 2 messages became dead letters.');
    const letters = readFileSync(cli.path('letters.jsonl'), 'utf8').trimEnd().split('\n');
    const parsed = letters.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed).toMatchObject([
      {
        to: 'fragile#0',
        type: 'Fault',
        message: { kind: 1 },
        deadLetter: {
          id: 1,
          reason: 'actor-failed',
          from: 'host',
          by: 'fragile#0',
          messageId: '0000000000000002',
          traceId: '0000000000000002',
          cause: 'divide-by-zero',
          location: 'faults.cu:8',
        },
      },
      { message: { kind: 3 }, deadLetter: { id: 2, cause: 'trap' } },
    ]);
    const again = ['run', 'supervised.ring.json', '--input', 'letters.jsonl', '--edit', '{"kind": 0}'];
    const second = await cli.run(again);
    expect([second.exitCode, second.stderr]).toEqual([0, '']);
    expect(second.results.map(({ port }) => port)).toEqual(['items', 'items']);
  });

  test('what --edit says is checked, and so is the file', async () => {
    const edit = (text: string) => cli.run(['run', 'bank.cu', '--input', '-', '--edit', text]);
    const alone = await cli.run(['run', 'bank.cu', '--edit', '{}']);
    expect([alone.exitCode, alone.stderr]).toEqual([
      2,
      expect.stringContaining('--edit goes with --input FILE.') as string,
    ]);
    const [broken, list, wrong] = await Promise.all([edit('{'), edit('[1]'), edit('{"cents": "much"}')]);
    expect(broken.stderr).toMatch(/^error: BrokenJson: --edit, column/);
    expect(list.stderr).toMatch(/^error: InvalidOption: --edit is an object, not/);
    expect([broken.exitCode, list.exitCode, wrong.exitCode]).toEqual([2, 2, 0]);
    const deposit = '{"to": "account", "type": "Deposit", "message": {"cents": 1}}\n';
    const edited = await cli.run(['run', 'bank.cu', '--input', '-', '--edit', '{"cents": "much"}'], { stdin: deposit });
    expect([edited.exitCode, edited.stderr]).toEqual([2, expect.stringContaining('invalid Deposit: cents') as string]);
    cli.write('in.jsonl', deposit);
    const same = await cli.run(['run', 'bank.cu', '--input', 'in.jsonl', '--dead-letters', 'in.jsonl']);
    expect(same.stderr).toMatch(
      /^error: OutputNotWritable: --dead-letters 'in.jsonl' and --input 'in.jsonl' are one file/,
    );
  });
});

describe('supervision', () => {
  test('a group that fails too often ends, which is said', async () => {
    const kinds = [3, 3, 3, 0].map((kind) => ({ to: 'fragile', message: { kind } }));
    const { exitCode, reports, stderr } = await cli.run(['run', 'supervised.ring.json', '--input', '-'], {
      stdin: lines(kinds),
    });
    expect(exitCode).toBe(1);
    expect(reports).toContainEqual({
      escalated: 'fragile#0',
      supervisor: 'top',
      to: null,
      reason: 'too-many-restarts',
    });
    expect(stderr).toMatch(
      /ProgramFailed: 1 actor failed, 1 message was not delivered, 3 messages became dead letters\./,
    );
  });
});

describe('a deadlock', () => {
  test('is foreseen by check and validate, as a warning', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['validate', 'circle.ring.json']);
    expect(stderr).toContain("warning: 'a' → 'b' → 'a' is a circle of queues that all block");
    expect([exitCode, stdout]).toEqual([0, 'circle.ring.json: ok, 2 actors, 2 channels\n']);
  });

  test('ends the run with its circle and what to do', async () => {
    const { exitCode, reports, stderr } = await cli.run([
      'run',
      'circle.ring.json',
      '--to',
      'a',
      '--inject',
      '{"value": 1}',
    ]);
    expect(exitCode).toBe(1);
    expect(reports).toContainEqual({ deadlock: ['a#0', 'b#0'], capacities: [16, 16] });
    expect(reports).toContainEqual(expect.objectContaining({ undelivered: 'a#0', reason: 'actor blocked' }));
    expect(stderr).toMatch(
      /error: ProgramFailed: deadlock: a#0 → b#0 → a#0, each inbox full \(capacity 16\), \d+ messages/,
    );
    expect(stderr).toContain('Send fewer messages round the circle than its queues hold');
  });

  test('ends it while input waits for room that there will never be', async () => {
    const { exitCode, reports } = await cli.run(['run', 'circle.ring.json', '--to', 'a', '--input', '-'], {
      stdin: '{"message": {"value": 1}}\n'.repeat(1000),
      isStdinOpen: false,
    });
    expect(exitCode).toBe(1);
    expect(reports).toContainEqual({ deadlock: ['a#0', 'b#0'], capacities: [16, 16] });
  });
});
