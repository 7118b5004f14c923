import type { GpuDevice, GpuSample } from '../../../app/contract/gpu-figures.ts';

const unknown = { unknown: 'not supported by this GPU' };

/** A device that tells its UUID, and what the test has it tell. */
export function gpuAt(known: Partial<GpuDevice> = {}): GpuDevice {
  const index = known.index ?? 0;
  return {
    index,
    name: unknown,
    uuid: { value: `GPU-${index}` },
    gpuPercent: unknown,
    memoryPercent: unknown,
    memoryUsedBytes: unknown,
    memoryTotalBytes: unknown,
    powerWatts: unknown,
    powerLimitWatts: unknown,
    temperatureCelsius: unknown,
    smClockMhz: unknown,
    smClockMaxMhz: unknown,
    memoryClockMhz: unknown,
    memoryClockMaxMhz: unknown,
    isEccOn: unknown,
    eccCorrected: unknown,
    eccUncorrected: unknown,
    slowdowns: unknown,
    computeProcesses: unknown,
    graphicsProcesses: unknown,
    ...known,
  };
}

export function sampleOf(atMs: number, ...devices: readonly Partial<GpuDevice>[]): GpuSample {
  return { atMs, driverVersion: '550.54.15', devices: devices.map(gpuAt) };
}
