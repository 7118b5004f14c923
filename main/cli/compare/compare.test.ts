import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { buildStandIn, needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import { CliFixture, type CliResult } from '../cli.fixture.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const BUILD_MS = 600_000;
vi.setConfig({ testTimeout: 120_000 });

/** Does something else on the CPU device where a message asks for it: 1 rounds, 2 changes an element, 3 fails. */
const mean = `#include <ring_kernel.cuh>
struct Reading { float value; uint32_t slip = 0; };
struct Point { double x; float y; };
struct Average { float mean; uint64_t count; Point points[2]; };
struct MeanState { float sum; uint64_t count; };
RING_KERNEL(mean, MeanState);
RING_OUTPUT(mean, averages, Average);
RING_ON(mean, Reading) {
  state.sum += msg.value;
  state.count += 1;
  Average average{state.sum / state.count, state.count, {{1, 2}, {3, 4}}};
  printf("reading %u\\n", static_cast<unsigned>(state.count));
#if defined(RING_DEVICE_CPU)
  if (msg.slip == 1) average.mean += 0.0009765625f;
  if (msg.slip == 2) average.points[1].y = 4.5f;
  if (msg.slip == 3) assert(msg.slip == 0);
  if (msg.slip == 4) state.sum = -1;
  if (msg.slip == 5) printf("only here\\n");
#endif
  ctx.emit(averages, average);
}
`;
const scaled = `#include <ring_kernel.cuh>
struct Job { ring::buffer<float> data; };
RING_KERNEL(scale);
RING_OUTPUT(scale, done, Job);
RING_ON(scale, Job) {
  const auto data = msg.data.write();
  for (uint32_t i = 0; i < data.size(); i++) data[i] *= 2;
#if defined(RING_DEVICE_CPU)
  if (data.size() == 3) data[2] = 7;
#endif
  ctx.emit(done, msg);
}
`;
const sinkTopology = {
  version: 1,
  actors: [
    { id: 'a', kernel: 'mean', source: 'mean.cu', instances: 2 },
    { id: 'b', kernel: 'mean', source: 'mean.cu' },
  ],
  hosts: [{ id: 'tape', host: 'sink', file: 'tape.jsonl' }],
  channels: [
    { from: 'a.averages', to: 'tape' },
    { from: 'b.averages', to: 'tape' },
  ],
  inject: [
    { to: 'a#0', message: { value: 1 } },
    { to: 'a#1', message: { value: 2, slip: 2 } },
    { to: 'b', message: { value: 3 } },
  ],
};
const endless = {
  version: 1,
  actors: [{ id: 'mean', kernel: 'mean', source: 'mean.cu' }],
  hosts: [{ id: 'clock', host: 'timer', periodMs: 10, message: { value: 1 } }],
  channels: [{ from: 'clock.out', to: 'mean' }],
};
const cli = new CliFixture({
  'mean.cu': mean,
  'scaled.cu': scaled,
  'broken.cu': mean.replace('msg.value', 'msg.valeu'),
  'whole.cu': `#include <ring_kernel.cuh>
struct Item { int32_t value; };
RING_KERNEL(echo);
RING_ON(echo, Item) { ctx.reply(msg); }
`,
  'sink.ring.json': JSON.stringify(sinkTopology),
  'endless.ring.json': JSON.stringify(endless),
  'readings.jsonl': [1, 2, 6].map((value) => `${JSON.stringify({ message: { value } })}\n`).join(''),
  'wrong.jsonl': '{"message": {"value": 1}}\n{"message": {"value": "much"}}\n',
});
afterAll(() => cli[Symbol.dispose]());

const summaryOf = ({ results }: CliResult): unknown => results.at(-1);
const inject = (...messages: readonly object[]): string[] =>
  messages.flatMap((message) => ['--inject', JSON.stringify(message)]);

describe('cpu and cuda (stand-in)', () => {
  let env: Readonly<Record<string, string>> = {};
  beforeEach(needsStandIn);
  beforeAll(async () => {
    const { library } = await buildStandIn();
    const cache = join(root, 'node_modules', '.cache', 'driver-stand-in', 'programs');
    env = {
      RINGSTUDIO_CUDA_LIBRARY: library,
      RINGSTUDIO_NVRTC_LIBRARY: library,
      RING_STANDIN: `optimize=0,cache=${cache}`,
    };
  }, BUILD_MS);
  const compare = (...args: readonly string[]): Promise<CliResult> => cli.run(['compare', ...args], { env });

  test('agree on messages, states and prints where the kernel does the same', async () => {
    const result = await compare('mean.cu', '--input', 'readings.jsonl', '--prints');
    expect([result.exitCode, result.stderr]).toEqual([
      0,
      expect.stringContaining('cpu and cuda agree: 3 messages and 1'),
    ]);
    expect(result.results).toEqual([
      {
        compared: { between: ['cpu', 'cuda'], streams: 1, messages: 3, states: 1, printedLines: 3 },
        differences: 0,
        tolerance: {},
        order: 'as it came',
        failed: [],
      },
    ]);
    expect(result.stderr).toContain('cuda: mean#0: reading 3');
  });

  test('differ in exactly the field that one of them changes, nested ones too, in the order that is asked for', async () => {
    const messages = inject({ value: 1 }, { value: 1, slip: 2 }, { value: 1 });
    const result = await compare('mean.cu', ...messages, '--against', 'cuda,cpu');
    expect(result.exitCode).toBe(1);
    expect(result.results).toEqual([
      { at: 'mean#0 averages[1].points[1].y', cuda: 4, cpu: 4.5, absolute: 0.5, relative: 0.5 / 4.5 },
      expect.objectContaining({ differences: 1, failed: [] }),
    ]);
  });

  test('agree within a tolerance, and not beyond', async () => {
    const messages = inject({ value: 1, slip: 1 });
    const [near, far, exact] = await Promise.all([
      compare('mean.cu', ...messages, '--tolerance', 'mean=1e-3'),
      compare('mean.cu', ...messages, '--tolerance', 'mean=1e-4'),
      compare('mean.cu', ...messages),
    ]);
    expect([near.exitCode, far.exitCode, exact.exitCode]).toEqual([0, 1, 1]);
    expect(summaryOf(near)).toMatchObject({ differences: 0, tolerance: { mean: { absolute: 1e-3, relative: 1e-3 } } });
    expect(far.results[0]).toMatchObject({ at: 'mean#0 averages[0].mean', absolute: 0.0009765625 });
  });

  test('differ where an actor fails on one of them: its cause, its dead letter, and what it did not send', async () => {
    const result = await compare('mean.cu', ...inject({ value: 1 }, { value: 1, slip: 3 }, { value: 1 }));
    expect(result.exitCode).toBe(1);
    expect(result.results.map(({ at }) => at)).toEqual([
      'failed: mean#0',
      'undelivered: mean#0 (actor failed)',
      'dead letters: actor-failed',
      'mean#0 averages[1]',
      'mean#0 averages[2]',
      undefined,
    ]);
    expect(result.results[0]).toEqual({ at: 'failed: mean#0', cpu: 'assertion-failed', cuda: null });
    expect(result.results[3]).toMatchObject({ cpu: null, cuda: { count: 2 } });
    expect(summaryOf(result)).toMatchObject({ compared: { messages: 1, states: 0 }, failed: ['cpu'] });
    expect(result.stderr).toContain('cpu: {"failed":"mean#0","cause":"assertion-failed"');
    expect(result.stderr).toContain('cpu: the run failed: 1 actor failed');
  });

  test('differ in a state, in a printed line, and in what a buffer holds', async () => {
    const [state, printed, buffer] = await Promise.all([
      compare('mean.cu', ...inject({ value: 1, slip: 4 })),
      compare('mean.cu', ...inject({ value: 1, slip: 5 }), '--prints'),
      compare('scaled.cu', ...inject({ data: [1, 2] }, { data: [1, 2, 3] })),
    ]);
    expect(state.results[0]).toEqual({ at: 'mean#0 state.sum', cpu: -1, cuda: 1, absolute: 2, relative: 2 });
    expect(printed.results[0]).toEqual({ at: 'mean#0 printed[1]', cpu: 'only here', cuda: null });
    expect(buffer.results).toEqual([
      { at: 'scale#0 done[1].data[2]', cpu: 7, cuda: 6, absolute: 1, relative: 1 / 7 },
      expect.objectContaining({ differences: 1 }),
    ]);
  });

  test('what sinks get is compared for each sender, and no file is written', async () => {
    cli.write('tape.jsonl', 'mine\n');
    const result = await compare('sink.ring.json', '--unordered');
    expect(result.results).toEqual([
      { at: 'tape: a#1 averages[0].points[1].y', cpu: 4.5, cuda: 4, absolute: 0.5, relative: 0.5 / 4.5 },
      expect.objectContaining({ compared: expect.objectContaining({ streams: 3, messages: 3, states: 3 }) as object }),
    ]);
    expect(readFileSync(cli.path('tape.jsonl'), 'utf8')).toBe('mine\n');
  });

  test('the first differences of a field are shown, the others counted', async () => {
    const messages = inject(...Array.from({ length: 5 }, () => ({ value: 1, slip: 2 })));
    const { results } = await compare('mean.cu', ...messages, '--limit', '2');
    expect(results.map(({ at }) => at)).toEqual([
      'mean#0 averages[0].points[1].y',
      'mean#0 averages[1].points[1].y',
      'mean#0 averages[].points[].y',
      undefined,
    ]);
    expect(results[2]).toMatchObject({ unlisted: 3 });
    expect(results[3]).toMatchObject({ differences: 5 });
  });
});

describe('one device twice', () => {
  test('a run that repeats agrees with itself, from stdin, read once', async () => {
    const stdin = '{"message":{"value":1}}\n{"message":{"value":2}}\n';
    const args = ['compare', 'mean.cu', '--device', 'cpu', '--device', 'cpu', '--input', '-'];
    const result = await cli.run(args, { stdin });
    expect(result.exitCode).toBe(0);
    expect(summaryOf(result)).toMatchObject({ compared: { between: ['cpu1', 'cpu2'], messages: 2 }, differences: 0 });
  });

  test('runs that fail in the same way do not differ, and end with 1', async () => {
    const args = ['compare', 'mean.cu', '--against', 'cpu,cpu', ...inject({ value: 1, slip: 3 })];
    const result = await cli.run(args);
    expect(result.exitCode).toBe(1);
    expect(summaryOf(result)).toMatchObject({ differences: 0, failed: ['cpu1', 'cpu2'] });
  });
});

describe('what cannot be compared', () => {
  const twice = ['--against', 'cpu,cpu'];
  const message = inject({ value: 1 });

  test('a device that is not there is told before anything runs', async () => {
    const env = { RINGSTUDIO_CUDA_LIBRARY: cli.path('none.so') };
    const result = await cli.run(['compare', 'mean.cu', ...message], { env });
    expect([result.exitCode, result.stdout]).toEqual([3, '']);
    expect(result.stderr).toMatch(/^error: DeviceNotAvailable: .*'cuda' is not available: .*none\.so/);
    expect(result.stderr).not.toContain('reading 1');
  });

  test.each([
    [
      ['--device', 'cuba', '--device', 'cpu'],
      "InvalidOption: --device takes cpu, cuda; not 'cuba'. Did you mean 'cuda'?",
    ],
    [['--device', 'cpu'], 'InvalidOption: compare takes two devices, not one'],
    [['--against', 'cpu,cpu,cpu'], 'InvalidOption: compare takes two devices, not 3'],
    [['--device', 'cpu', '--against', 'cpu,cpu'], 'InvalidOption: either --device twice, or --against'],
    [
      [...twice, '--tolerance', 'men=1'],
      /UnknownField: tolerance of 'men': .* Fields with floats: .*mean.* Did you mean 'mean'/,
    ],
    [[...twice, '--tolerance', 'count=1'], "NoFloat: tolerance of 'count': that is of type uint64_t"],
    [[...twice, '--tolerance', 'mean'], "InvalidTolerance: --tolerance takes FIELD=LIMIT, not 'mean'"],
    [[...twice, '--tolerance', 'mean=1', '--tolerance', 'mean=2'], "InvalidTolerance: 'mean' has two tolerances"],
    [[...twice, '--limit', 'few'], 'InvalidOption: --limit takes a whole number'],
    [[...twice, '--checkpoint', 'x'], "UnknownOption: 'compare' has no option '--checkpoint'"],
    [[...twice, '--input', 'wrong.jsonl'], 'InvalidMessage: wrong.jsonl:2: invalid Reading: value: '],
    [[...twice, '--input', 'none.jsonl'], "FileNotFound: there is no file 'none.jsonl'"],
    [[...twice, '--to', 'maen', ...message], "Did you mean 'mean'?"],
  ])('%j: exit code 2, and nothing runs', async (args, text) => {
    const result = await cli.run(['compare', 'mean.cu', ...args]);
    expect([result.exitCode, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(text);
    expect(result.stderr).not.toMatch(/^\s+at |InternalError|reading/m);
  });

  test.each([
    [[], 2, "MissingArgument: 'compare' needs a kernel (.cu) or a topology (.ring.json)"],
    [['none.cu', ...twice], 2, "FileNotFound: there is no file 'none.cu'"],
    [['endless.ring.json', ...twice], 2, "EndlessRun: 'clock' sends without end"],
    [['sink.ring.json', ...twice, '--instances', '2'], 2, 'InvalidOption: --instances is for a .cu file'],
    [['whole.cu', ...twice, '--tolerance', 'value=1'], 2, "NoFloat: tolerance of 'value': that is of type int32_t"],
    [['whole.cu', ...twice, '--tolerance', 'other=1'], 2, 'No message and no state has floats.'],
    [['broken.cu', ...twice], 1, 'CompileFailed: broken.cu does not compile'],
  ])('%j: exit code %i', async (args, exitCode, text) => {
    const result = await cli.run(['compare', ...args]);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(result.stderr).toContain(text);
  });
});
