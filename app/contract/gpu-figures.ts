import { z } from 'zod';

/** A figure, or why it is unknown. Each stands by itself: laptops tell few of them. */
export type Figure<T> = { readonly value: T } | { readonly unknown: string };

function figure<T extends z.ZodType>(value: T) {
  return z.union([z.strictObject({ value }), z.strictObject({ unknown: z.string() })]).readonly();
}

const amount = z.number().min(0);
const percent = figure(amount);

/** Why clocks are lower than they could be. `idle` and what somebody has set are no trouble. */
const slowdown = z.enum([
  'idle',
  'clocks-set',
  'power-cap',
  'hardware',
  'sync-boost',
  'thermal',
  'hardware-thermal',
  'power-brake',
  'display',
  'other',
]);
export type GpuSlowdown = z.infer<typeof slowdown>;

const gpuProcess = z
  .strictObject({
    pid: z.int().min(0),
    /** Null where the driver does not tell the memory of single processes. */
    usedBytes: amount.nullable(),
    /** Null where the system does not tell it: another user's, or of outside a container. */
    name: z.string().nullable(),
  })
  .readonly();
export type GpuProcess = z.infer<typeof gpuProcess>;

export const gpuDeviceShape = {
  /** In NVML's order, which is not always CUDA's. */
  index: z.int().min(0),
  name: figure(z.string()),
  uuid: figure(z.string()),
  /** Share of the last moment in which a kernel ran. */
  gpuPercent: percent,
  /** Share of the last moment in which memory was read or written. */
  memoryPercent: percent,
  memoryUsedBytes: figure(amount),
  memoryTotalBytes: figure(amount),
  powerWatts: figure(amount),
  powerLimitWatts: figure(amount),
  temperatureCelsius: figure(z.number()),
  smClockMhz: figure(amount),
  smClockMaxMhz: figure(amount),
  memoryClockMhz: figure(amount),
  memoryClockMaxMhz: figure(amount),
  isEccOn: figure(z.boolean()),
  /** Since the driver was loaded. */
  eccCorrected: figure(amount),
  eccUncorrected: figure(amount),
  slowdowns: figure(z.array(slowdown).readonly()),
  computeProcesses: figure(z.array(gpuProcess).readonly()),
  graphicsProcesses: figure(z.array(gpuProcess).readonly()),
};
const gpuDevice = z.strictObject(gpuDeviceShape).readonly();
export type GpuDevice = z.infer<typeof gpuDevice>;

export const gpuSample = z
  .strictObject({
    /** Unix ms of the host. */
    atMs: z.number(),
    driverVersion: z.string().nullable(),
    devices: z.array(gpuDevice).readonly(),
  })
  .readonly();
export type GpuSample = z.infer<typeof gpuSample>;

/** What is known of the GPUs now. */
export type GpuReading =
  | { readonly kind: 'starting' }
  /** There is nothing to read, as long as nobody installs something. */
  | { readonly kind: 'absent'; readonly reason: string; readonly remedy: string }
  /** Once a second. */
  | { readonly kind: 'live'; readonly sample: GpuSample }
  /** The process that reads has ended or hangs; the sample is the last one, null before the first. */
  | {
      readonly kind: 'stale';
      readonly sample: GpuSample | null;
      readonly reason: string;
      /** When the next process begins; null when that waits for the end of the one before. */
      readonly retryInMs: number | null;
    };
