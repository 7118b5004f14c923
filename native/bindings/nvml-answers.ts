import { z } from 'zod';
import { callError } from './probe-report.ts';

// What the addon answers (native/addon/nvml_calls.cc).

function figure<T extends z.ZodType>(value: T) {
  return z.union([z.strictObject({ value }), z.strictObject({ error: callError })]);
}

const count = z.number().int().min(0);
const processes = figure(
  z.array(z.strictObject({ pid: count, usedBytes: z.number().min(0).nullable(), name: z.string().nullable() })),
);

const deviceFigures = z.strictObject({
  name: figure(z.string()),
  uuid: figure(z.string()),
  gpuPercent: figure(count),
  memoryPercent: figure(count),
  memoryUsedBytes: figure(z.number().min(0)),
  memoryTotalBytes: figure(z.number().min(0)),
  powerMilliwatts: figure(count),
  powerLimitMilliwatts: figure(count),
  temperatureCelsius: figure(z.number().int()),
  smClockMhz: figure(count),
  smClockMaxMhz: figure(count),
  memoryClockMhz: figure(count),
  memoryClockMaxMhz: figure(count),
  isEccOn: figure(z.boolean()),
  /** Since the driver was loaded. */
  eccCorrected: figure(z.number().min(0)),
  eccUncorrected: figure(z.number().min(0)),
  /** Bits of NVML's `nvmlClocksEventReason…`. */
  slowdowns: figure(z.number().min(0)),
  computeProcesses: processes,
  graphicsProcesses: processes,
});

/** By index; the error of the count where there is none. */
export const nvmlSample = figure(z.array(deviceFigures));

export type NvmlDeviceFigures = z.infer<typeof deviceFigures>;
export type NvmlSample = z.infer<typeof nvmlSample>;
