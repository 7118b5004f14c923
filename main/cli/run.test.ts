import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CliFixture } from './cli.fixture.ts';
import { bank, echo, faults, strayTopology, ticker, tickerTopology } from './test-kernels.fixture.ts';

const cli = new CliFixture({
  'echo.cu': echo,
  'bank.cu': bank,
  'faults.cu': faults,
  'stray.ring.json': strayTopology,
  'ticker.cu': ticker,
  'ticker.ring.json': tickerTopology,
});
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

const everything = { small: -128, name: 'é"\n', items: [1, -2], point: { x: 3 } };

describe('messages and results', () => {
  test('a reply is a line with exactly the documented keys in their order', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['run', 'echo.cu', '--inject', JSON.stringify(everything)]);
    expect(stderr).toBe('');
    expect(stdout).toBe(
      '{"from":"echo#0","port":"reply","type":"Everything","message":{"small":-128,"wide":"18446744073709551615",' +
        '"ratio":0.1,"flag":true,"mode":"fast","name":"é\\"\\n","items":[1,-2],"point":{"x":3,"y":7}},' +
        '"correlationId":"0000000000000001"}\n',
    );
    expect(exitCode).toBe(0);
  });

  test('--kernel picks a kernel, --to and --type say what --inject means', async () => {
    const deposits = ['--inject', '{"cents": 100}', '--inject', '{"cents": 50}'];
    const { exitCode, results } = await cli.run([
      'run',
      'bank.cu',
      '--to',
      'account',
      '--type',
      'Deposit',
      ...deposits,
    ]);
    expect(results.map(({ from, port, message }) => ({ from, port, message }))).toEqual([
      { from: 'account#0', port: 'changes', message: { cents: 100, account: 0 } },
      { from: 'account#0', port: 'changes', message: { cents: 150, account: 0 } },
    ]);
    expect(exitCode).toBe(0);
    const picked = await cli.run(['run', 'bank.cu', '--kernel', 'account', '--type', 'Query', '--inject', '{}']);
    expect(picked.results).toMatchObject([{ from: 'account#0', message: { cents: 0 } }]);
  });

  test('-0 keeps its sign, and a number that no double can hold is refused', async () => {
    const send = (ratio: string) =>
      cli.run(['run', 'echo.cu', '--inject', JSON.stringify(everything).replace('{', `{"ratio": ${ratio}, `)]);
    const [zero, large] = await Promise.all([send('-0.0'), send('1e400')]);
    expect(zero.stdout).toContain('"ratio":-0,');
    expect([large.exitCode, large.stdout]).toEqual([2, '']);
    expect(large.stderr).toContain('error: BrokenJson: --inject, column 11: 1e400 is beyond ±1.8e308');
  });

  test('input lines choose actor, instance and type', async () => {
    const lines = [
      { to: 'account#1', type: 'Deposit', message: { cents: 5 } },
      { to: 'account#0', type: 'Deposit', message: { cents: 7 } },
      { to: 'account#1', type: 'Query', message: {} },
    ].map((line) => JSON.stringify(line));
    const { exitCode, results } = await cli.run(
      ['run', 'bank.cu', '--kernel', 'account', '--instances', '2', '--input', '-'],
      {
        stdin: `\ufeff${lines.join('\r\n')}\n\n`,
      },
    );
    const queried = results.filter(({ port }) => port === 'reply');
    expect(queried).toMatchObject([{ from: 'account#1', message: { cents: 5, account: 1 } }]);
    expect(exitCode).toBe(0);
  });

  test('100,000 lines go through a queue of 16, in order, and --output takes the results', async () => {
    const actors = [{ id: 'account', kernel: 'account', source: 'bank.cu', queue: { capacity: 16 } }];
    cli.write('narrow.ring.json', JSON.stringify({ version: 1, actors }));
    cli.write('many.jsonl', '{"type":"Deposit","message":{"cents":1}}\n'.repeat(100_000));
    const args = ['run', 'narrow.ring.json', '--input', 'many.jsonl', '--output', 'out.jsonl', '--metrics'];
    const { exitCode, stdout, reports } = await cli.run(args);
    expect(exitCode).toBe(0);
    expect(stdout).toBe('');
    const cents = readFileSync(cli.path('out.jsonl'), 'utf8').trimEnd().split('\n').map(centsOf);
    expect(cents).toEqual(Array.from({ length: 100_000 }, (_, index) => index + 1));
    expect(reports).toMatchObject([
      { metrics: 'account#0', processed: 100_000, dropped: 0, sent: 100_000, depth: 0, latencyNs: { count: 100_000 } },
      { metrics: 'total', processed: 100_000, actors: 1 },
    ]);
  });

  test('the messages of a topology are sent when the command line gives none', async () => {
    const actors = [{ id: 'a', kernel: 'account', source: 'bank.cu' }];
    const inject = [{ type: 'Deposit', message: { cents: 3 } }];
    cli.write('own.ring.json', JSON.stringify({ version: 1, actors, inject }));
    expect((await cli.run(['run', 'own.ring.json'])).results).toMatchObject([{ from: 'a#0', message: { cents: 3 } }]);
    const given = await cli.run(['run', 'own.ring.json', '--type', 'Query', '--inject', '{}']);
    expect(given.results).toMatchObject([{ port: 'reply', message: { cents: 0 } }]);
  });

  test('what actors print goes to stderr in whole lines with the actor in front', async () => {
    const inject = ['--to', 'log', '--inject', '{"cents": 9, "account": 0}'];
    const { exitCode, stdout, stderr } = await cli.run(['run', 'bank.cu', ...inject]);
    expect(stderr).toBe('log#0: balance 9\nlog#0: no newline\n');
    expect([exitCode, stdout]).toEqual([0, '']);
  });

  test('warnings of the compiler are shown, cached or not', async () => {
    const handler = 'RING_ON(idle, M) { int unused; }\n';
    cli.write('idle.cu', `#include <ring_kernel.cuh>\nstruct M { int32_t a; };\nRING_KERNEL(idle);\n${handler}`);
    for (let time = 0; time < 2; time++) {
      const { exitCode, stderr } = await cli.run(['run', 'idle.cu', '--inject', '{"a": 1}']);
      expect(stderr).toMatch(/^idle\.cu:4:24: warning: unused variable 'unused'/);
      expect(exitCode).toBe(0);
    }
  });

  test('without messages it says how to give some', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['run', 'echo.cu']);
    expect(stderr).toBe('note: nothing to send; --inject and --input give messages.\n');
    expect([exitCode, stdout]).toEqual([0, '']);
  });
});

function centsOf(line: string): number {
  return (JSON.parse(line) as { message: { cents: number } }).message.cents;
}

describe('failures', () => {
  test('a failed actor is a line with its cause and place; what it left is counted; others go on', async () => {
    const stdin = [
      { to: 'fragile', message: { kind: 0 } },
      { to: 'fragile', message: { kind: 1 } },
      { to: 'fragile', message: { kind: 0 } },
      { to: 'healthy', message: { value: 4 } },
    ].map((line) => JSON.stringify(line));
    const { exitCode, results, reports, stderr } = await cli.run(['run', 'faults.cu', '--input', '-'], {
      stdin: stdin.join('\n'),
    });
    expect(exitCode).toBe(1);
    expect(results).toMatchObject([
      { from: 'fragile#0', port: 'items', message: { value: 0 } },
      { from: 'healthy#0', port: 'reply', message: { value: 40 } },
    ]);
    const failed = { failed: 'fragile#0', cause: 'divide-by-zero', at: 'faults.cu:8', messageId: '0000000000000002' };
    expect(stderr).toContain(`${JSON.stringify(failed)}\n`);
    expect(reports).toContainEqual({ undelivered: 'fragile#0', count: 1, reason: 'actor failed' });
    expect(reports).toContainEqual({
      deadLetters: 1,
      reason: 'actor-failed',
      from: 'host',
      to: 'fragile#0',
      type: 'Fault',
      messageId: '0000000000000002',
      message: { kind: 1 },
    });
    expect(stderr).toContain(
      'error: ProgramFailed: 1 actor failed, 1 message was not delivered, 1 message became a dead letter.\n',
    );
  });

  test('a failed assertion says what was asserted, a runaway that it was stopped', async () => {
    const run = (kind: number) => cli.run(['run', 'faults.cu', '--to', 'fragile', '--inject', `{"kind": ${kind}}`]);
    const [asserted, runaway] = await Promise.all([run(2), run(4)]);
    expect(asserted.reports[0]).toMatchObject({ cause: 'assertion-failed', at: 'faults.cu:9' });
    expect(asserted.reports[0]?.['detail']).toContain('msg.kind == 0');
    expect(runaway.reports[0]).toMatchObject({ failed: 'fragile#0', cause: 'runaway' });
    expect(runaway.reports[0]?.['detail']).toContain('2000 ms');
    expect([asserted.exitCode, runaway.exitCode]).toEqual([1, 1]);
  });

  test('messages that nobody handles are dead letters', async () => {
    const inject = ['--to', 'fragile', '--inject', '{"kind": 0}', '--inject', '{"kind": 6}'];
    const { exitCode, reports } = await cli.run(['run', 'stray.ring.json', ...inject]);
    expect(reports).toMatchObject([
      {
        deadLetters: 2,
        reason: 'unhandled-type',
        from: 'healthy#0',
        to: 'fragile#0',
        type: 'Item',
        message: { value: 0 },
      },
    ]);
    expect(exitCode).toBe(1);
  });
});

describe('ending early', () => {
  test('the time limit ends it with 4 and what was still going on', async () => {
    const { exitCode, results, reports, stderr } = await cli.run(['run', 'ticker.ring.json', '--timeout-ms', '300']);
    expect(exitCode).toBe(4);
    expect(results.length).toBeGreaterThan(0);
    expect(reports).toMatchObject([{ atWork: 'ticker#0', state: 'active' }]);
    expect(stderr).toMatch(/error: TimeLimit: not done after 300 ms; still going on: ticker#0/);
  });

  test('the time limit says that nothing but input was awaited', async () => {
    const { exitCode, stderr } = await cli.run(['run', 'echo.cu', '--input', '-', '--timeout-ms', '300'], {
      isStdinOpen: true,
    });
    expect(stderr).toBe('error: TimeLimit: not done after 300 ms; nothing was going on but waiting for input.\n');
    expect(exitCode).toBe(4);
  });

  test('an interrupt ends it with 130 and whole lines', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['run', 'ticker.ring.json'], {
      during: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
    });
    expect(exitCode).toBe(130);
    expect(stdout.endsWith('\n')).toBe(true);
    expect(stderr).toBe('');
  });

  test('a reader that goes away ends it quietly', async () => {
    const { exitCode, stderr } = await cli.run(['run', 'ticker.ring.json'], {
      during: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('a bad line ends the input: what came before it is processed, nothing after it is sent', async () => {
    const good = '{"type":"Deposit","message":{"cents":1}}\n';
    cli.write('bad-line.jsonl', `${good}${good}{"type":"Deposit","message":{"cents":1.5}}\n${good}`);
    const { exitCode, results, stderr } = await cli.run([
      ...['run', 'bank.cu', '--kernel', 'account', '--input', 'bad-line.jsonl'],
    ]);
    expect(results).toHaveLength(2);
    expect(stderr).toMatch(/^error: InvalidMessage: bad-line\.jsonl:3: invalid Deposit: cents: /);
    expect(exitCode).toBe(2);
  });

  test('nothing is written when the sources do not compile', async () => {
    cli.write('wrong.cu', '#include <ring_kernel.cuh>\nint x = ;\n');
    const { exitCode } = await cli.run(['run', 'wrong.cu', '--output', 'never.jsonl']);
    expect(exitCode).toBe(1);
    expect(existsSync(cli.path('never.jsonl'))).toBe(false);
  });
});
