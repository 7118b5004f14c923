import { expect, test } from 'vitest';

import { FakeDevice } from '../testing/fake-device.ts';
import type { DeviceKind } from '../device/device.ts';
import { Waiters } from './waiters.ts';

class DeviceOfKind extends FakeDevice {
  constructor(override readonly kind: DeviceKind) {
    super({ behaviours: new Map(), unixMs: () => 0 });
  }
}

test.each([
  ['on CUDA, where it tries again by itself, goes on', 'cuda', true],
  ['on the CPU device, where it has been woken if it waits at all, does not', 'cpu', false],
] as const)('who waits for room in an inbox that a reset has replaced: %s', (_, kind, goesOn) => {
  const waiters = new Waiters(new DeviceOfKind(kind));
  expect(waiters.hasReasonToGoOn(4096)).toBe(goesOn);
});
