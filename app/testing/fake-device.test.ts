import { describe, expect, it } from 'vitest';

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

async function open({ arenaBytes, actorLimit, ...options }: BenchOptions = {}): Promise<BenchParts> {
  const device = new FakeDevice({
    behaviours: versionBehaviours,
    functions: fakeFunctions,
    unixMs: platform.unixMs,
    schedule: (run) => void setImmediate(run),
    ...(arenaBytes !== undefined && { arenaBytes }),
    ...(actorLimit !== undefined && { actorLimit }),
  });
  const runtime = new RingKernelRuntime({ device, platform, ...options });
  const load = (file: string): Promise<Program> => runtime.load(conformanceImages.get(file)!);
  const program = await load('conformance.cu');
  return { runtime, program, namesake: await load('conformance_namesake.cu'), load };
}

describeDevice('fake', open);
describeDevice('fake, accounted for', (options) => open({ ledger: true, ...options }));

describe('philox', () => {
  it('gives the published blocks', () => {
    expect(philoxBlock([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const ones = 0xffffffff;
    expect(philoxBlock([ones, ones, ones, ones], [ones, ones])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
  });
});
