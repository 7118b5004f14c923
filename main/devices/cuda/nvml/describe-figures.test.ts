import { expect, test } from 'vitest';
import type { NvmlDeviceFigures } from '../../../../native/bindings/nvml-answers.ts';
import { describeGpu, reasonOf } from './describe-figures.ts';

const error = { call: 'nvmlDeviceGetPowerUsage', code: 3, name: 'Not Supported', place: 'nvml_figures.cc:1' };

test('reasons say what a person needs to know', () => {
  expect(reasonOf(error)).toBe('not supported by this GPU');
  expect(reasonOf({ ...error, code: 4 })).toBe('not permitted for this user');
  expect(reasonOf({ ...error, code: null })).toBe("this driver's NVML has no nvmlDeviceGetPowerUsage");
  expect(reasonOf({ ...error, code: 15, name: 'GPU is lost' })).toBe('nvmlDeviceGetPowerUsage: GPU is lost (15)');
  expect(reasonOf({ ...error, code: 77, name: '' })).toBe('nvmlDeviceGetPowerUsage: error 77');
});

test.each([
  [0, []],
  [0x1, ['idle']],
  [0x1ff, 'all'],
  [0x48, ['hardware', 'hardware-thermal']],
  [0x200, ['other']],
  [2 ** 40 + 4, ['power-cap', 'other']],
])('reasons of low clocks %i are named, those of later drivers too', (bits, names) => {
  const figures: object = { slowdowns: { value: bits } };
  const complete = new Proxy(figures, {
    get: (own, key): unknown => Reflect.get(own, key) ?? { error },
  }) as NvmlDeviceFigures;
  const { slowdowns, gpuPercent } = describeGpu(complete, 0);
  expect(gpuPercent).toEqual({ unknown: 'not supported by this GPU' });
  if (names === 'all') expect(slowdowns).toHaveProperty('value.length', 9);
  else expect(slowdowns).toEqual({ value: names });
});
