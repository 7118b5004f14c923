import { expect, test } from 'vitest';

import { errorOf } from '../testing/conformance/bench.ts';
import { conformanceBehaviours, conformanceImage } from '../testing/conformance-kernels.ts';
import { FakeDevice } from '../testing/fake-device.ts';
import { ManualPlatform } from '../testing/manual-platform.ts';
import { generator } from './host-actors/built-ins/generator.ts';
import { replay } from './host-actors/built-ins/replay.ts';
import { timer } from './host-actors/built-ins/timer.ts';
import { RingKernelRuntime } from './runtime.ts';

/** As a caller without types would pass it. */
const any = (value: unknown): never => value as never;

async function makeRuntime() {
  const platform = new ManualPlatform();
  const device = new FakeDevice({ behaviours: conformanceBehaviours, unixMs: () => platform.unixMs() });
  const runtime = new RingKernelRuntime({ device, platform });
  return { runtime, program: await runtime.load(conformanceImage) };
}

async function refusal(run: () => unknown): Promise<string> {
  const { code, message, tip } = await errorOf(run);
  return [code, message, tip ?? ''].join(' | ');
}

test('what is no option of a launch or a channel is refused by name', async () => {
  const { runtime, program } = await makeRuntime();
  const relay = await runtime.launch(program.kernel('relay'));
  const sink = await runtime.launch(program.kernel('sink'));
  const source = runtime.host(generator({ count: 1 }));
  const target = runtime.host({ name: 'target', onMessage: () => undefined });
  const routing = "It is 'roundRobin', 'broadcast', or { key: 'field' }.";
  const overflow = any({ overflow: 'drop' });
  expect(await refusal(() => runtime.launch(program.kernel('asker'), { queue: overflow }))).toBe(
    'InvalidLaunch | actor \'asker\': overflow the string "drop". | It is one of: block, reject, dropOldest, dropNewest, deadLetter.',
  );
  for (const from of [relay, source]) {
    const connect = (): unknown => runtime.connect(any(from), 'out', sink, any({ type: 'Item', routing: 'random' }));
    expect(await refusal(connect)).toBe(`InvalidRouting | routing is the string "random". | ${routing}`);
  }
  expect(await refusal(() => runtime.connect(source, 'out', any(target)))).toContain(
    "TakesNoMessages | host actor 'target' takes no messages of host actor 'generator'.",
  );
  expect(runtime.channels).toEqual([]);
});

test('what is no batch, count, subscriber or topic is refused by name', async () => {
  const { runtime, program } = await makeRuntime();
  const sink = await runtime.launch(program.kernel('sink'));
  const type = { type: 'Item' };
  expect(await refusal(() => sink.sendBatch(any({ length: 1 }), type))).toBe(
    'InvalidSend | sendBatch got an object. | It takes an array of messages.',
  );
  expect(await refusal(() => sink.sendBatch(any(5), type))).toContain('InvalidSend | sendBatch got 5.');
  for (const count of [2.5, -1, NaN])
    expect(await refusal(() => sink.sendEach(count, () => undefined, type))).toContain(
      `sendEach of ${String(count)} mes`,
    );
  for (const subscriber of [3, null, undefined])
    expect(await refusal(() => runtime.subscribe('a', any(subscriber)))).toBe(
      `InvalidSubscriber | ${String(subscriber)} cannot subscribe. | Subscribe an actor, or a function.`,
    );
  expect(await refusal(() => runtime.subscribe(any(3), () => undefined))).toContain(
    "InvalidTopicPattern | '3' is no topic pattern. It is no string.",
  );
  expect(await refusal(() => runtime.publish(any(null), {}))).toContain("InvalidTopic | 'null' is no topic.");
});

test('numbers of built-in host actors are in their range', async () => {
  const files = any({});
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => timer({ periodMs: 0 }), 'timer: periodMs is 0. | It is a number of ms above 0, at most 2^40.'],
    [() => timer({ periodMs: -1 }), 'timer: periodMs is -1.'],
    [() => timer({ periodMs: NaN }), 'timer: periodMs is NaN.'],
    [() => timer(any({})), 'timer: periodMs is undefined.'],
    [() => timer({ periodMs: 1, delayMs: -1 }), 'timer: delayMs is -1. | It is a number of ms from 0 to 2^40.'],
    [() => timer({ periodMs: 1, count: 1.5 }), 'timer: count is 1.5. | It is a whole number from 1.'],
    [() => timer({ periodMs: 1, count: 0 }), 'timer: count is 0.'],
    [() => timer({ periodMs: 2 ** 41 }), 'timer: periodMs is 2199023255552.'],
    [() => generator({ rateHz: 0 }), 'generator: rateHz is 0. | It is a number above 0, at most 1,000,000,000.'],
    [() => generator({ durationMs: any('1') }), 'generator: durationMs is the string "1".'],
    [() => replay({ file: 'a.jsonl', speed: 0 }, files), 'replay: speed is 0.'],
  ];
  for (const [run, text] of cases) expect(await refusal(run)).toContain(`InvalidLaunch | ${text}`);
});

test('an element of a buffer is of its type', async () => {
  const { runtime } = await makeRuntime();
  using floats = runtime.buffers.allocate('f32', 2);
  using longs = runtime.buffers.allocate('i64', 2);
  expect(await refusal(() => floats.set(0, any('x')))).toBe(
    `InvalidValue | buffer '${floats.label}' holds float, and got the string "x". | Give it a number.`,
  );
  expect(await refusal(() => floats.set(0, any({})))).toContain('got an object.');
  expect(await refusal(() => longs.set(0, any(1)))).toContain('and got 1. | Give it a bigint.');
  floats.set(0, 1.5);
  expect(floats.get(0)).toBe(1.5);
});
