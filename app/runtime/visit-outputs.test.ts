import { expect, test } from 'vitest';

import { conformanceBehaviours, conformanceImage } from '../testing/conformance-kernels.ts';
import { FakeDevice } from '../testing/fake-device.ts';
import { ManualPlatform } from '../testing/manual-platform.ts';
import { RingKernelRuntime } from './runtime.ts';

/** A device whose writes may be seen in part for a while. */
class VeiledDevice extends FakeDevice {
  isReadable = true;
}

test('outputs are left in their ring while what actors write may be seen in part', async () => {
  const platform = new ManualPlatform();
  const device = new VeiledDevice({ behaviours: conformanceBehaviours, unixMs: () => platform.unixMs() });
  const runtime = new RingKernelRuntime({ device, platform });
  const work = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) {
      for (let step = 0; step < 20; step++) device.step();
      device.poll();
      await new Promise(setImmediate);
    }
  };
  const program = await runtime.load(conformanceImage);
  const relay = await runtime.launch(program.kernel('relay'));
  await Promise.all([relay.activate(), work()]);
  const seen: number[] = [];
  const take = (): number => relay.receiveEach<{ sequence: number }>(({ sequence }) => seen.push(sequence));
  expect(take()).toBe(0); // kept from now on
  await relay.sendBatch([0, 1, 2].map((sequence) => ({ producer: 0, sequence, value: 0 })));
  device.isReadable = false;
  await work();
  expect(relay.telemetry()).toMatchObject([{ sent: 3 }]);
  expect(take()).toBe(0);
  device.isReadable = true;
  expect(take()).toBe(3);
  expect(seen).toEqual([0, 1, 2]);
});
