import { beforeEach, describe, expect, it } from 'vitest';

import type { Actor } from '../runtime/actor.ts';
import type { LaunchSpec } from '../runtime/launch.ts';
import { RingKernelRuntime, type Program } from '../runtime/runtime.ts';
import { fakeFunctions } from './conformance-functions.ts';
import { conformanceImages, versionBehaviours } from './conformance-versions.ts';
import { describeDevice, type BenchOptions, type BenchParts } from './device-conformance.ts';
import { FakeDevice } from './fake-device.ts';
import { philoxBlock } from './philox.ts';

const platform = {
  unixMs: () => performance.timeOrigin + performance.now(),
  after: (delayMs: number, callback: () => void): Disposable => {
    const timer = setTimeout(callback, delayMs);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** Launches one actor on this GPU, the next one on the other. */
class OnTwoGpus extends RingKernelRuntime {
  #count = 0;

  override launchAll(specs: readonly LaunchSpec[]): Promise<readonly Actor[]> {
    return super.launchAll(specs.map((spec) => ({ gpu: this.#count++ % 2, ...spec })));
  }
}

interface FakeBench extends BenchOptions {
  readonly gpus?: readonly number[];
}

async function open({ arenaBytes, actorLimit, gpus, ...options }: FakeBench = {}): Promise<BenchParts> {
  const device = new FakeDevice({
    behaviours: versionBehaviours,
    functions: fakeFunctions,
    unixMs: platform.unixMs,
    schedule: (run) => void setImmediate(run),
    ...(arenaBytes !== undefined && { arenaBytes }),
    ...(actorLimit !== undefined && { actorLimit }),
    ...(gpus !== undefined && { gpus }),
  });
  const runtime = new (gpus === undefined ? RingKernelRuntime : OnTwoGpus)({ device, platform, ...options });
  const load = (file: string): Promise<Program> => runtime.load(conformanceImages.get(file)!);
  const program = await load('conformance.cu');
  return { runtime, program, namesake: await load('conformance_namesake.cu'), load };
}

describeDevice('fake', open);
describeDevice('fake, accounted for', (options) => open({ ledger: true, ...options }));
/** These count what finds room between two actors. On two GPUs there is more of it: the ring to the host. */
const COUNT_ROOM = new Set([
  'terminates a blocked actor quickly and tells what it had not sent',
  'blocks an actor whose receiver is full, and loses nothing',
  "empties all queues of an inactive actor ('block')",
  "empties all queues of an inactive actor ('dropOldest')",
  'what waits for room when its receiver is removed becomes a dead letter that names it',
  'a request that lies in the outbox of an actor that ends fails at once',
  'what a reset finds in an outbox says whom it was for',
  'survive reloads of publisher and subscriber',
  'knows what lies in queues, and what its sender holds back',
  "has what 'dropOldest' does to what finds no room, from the host and from actors",
  "has what 'dropNewest' does to what finds no room, from the host and from actors",
  "has what 'deadLetter' does to what finds no room, from the host and from actors",
  'has what a reset finds unsent, by the names that it was for',
  'has what a reset finds in the queues among the dead letters',
  'keeps what lies in a blocked outbox, though its port has another index now',
  'counts what lay in the queues, each as a dead letter',
  'counts what it had sent and not delivered',
  'tells one that waits for room from a deadlock, and for whom it waits',
  'carries states and queued messages over, on both sides of a channel',
  'holds what has overflowed them and stays, and counts the rest as dropped',
]);

describe('actors on two GPUs', () => {
  beforeEach(({ task, skip }) => {
    if (COUNT_ROOM.has(task.name)) skip('between two GPUs there is room for more messages');
  });
  describeDevice('fake with two GPUs', (options) => open({ ledger: true, gpus: [0, 1], ...options }));
});

describe('philox', () => {
  it('gives the published blocks', () => {
    expect(philoxBlock([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const ones = 0xffffffff;
    expect(philoxBlock([ones, ones, ones, ones], [ones, ones])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
  });
});
