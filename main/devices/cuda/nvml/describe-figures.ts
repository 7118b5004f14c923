import type { Figure, GpuDevice, GpuProcess, GpuSlowdown } from '../../../../app/contract/gpu-figures.ts';
import type { NvmlDeviceFigures } from '../../../../native/bindings/nvml-answers.ts';
import type { CallError } from '../../../../native/bindings/probe-report.ts';
import { describeCode } from '../describe-reports.ts';

/** nvmlReturn_t */
const NOT_SUPPORTED = 3;
const NO_PERMISSION = 4;

/** nvmlClocksEventReason… by bit; what is none of them is `other`. */
const slowdownBits: readonly (readonly [number, GpuSlowdown])[] = [
  [0x1, 'idle'],
  [0x2, 'clocks-set'],
  [0x4, 'power-cap'],
  [0x8, 'hardware'],
  [0x10, 'sync-boost'],
  [0x20, 'thermal'],
  [0x40, 'hardware-thermal'],
  [0x80, 'power-brake'],
  [0x100, 'display'],
];
const KNOWN_BITS = 0x1ff;

type Answer<T> = { readonly value: T } | { readonly error: CallError };

/** What the addon says of a device, in the words and units of the contract. */
export function describeGpu(figures: NvmlDeviceFigures, index: number): GpuDevice {
  const watts = (answer: Answer<number>): Figure<number> => mapFigure(answer, (milliwatts) => milliwatts / 1000);
  return {
    index,
    name: describe(figures.name),
    uuid: describe(figures.uuid),
    gpuPercent: describe(figures.gpuPercent),
    memoryPercent: describe(figures.memoryPercent),
    memoryUsedBytes: describe(figures.memoryUsedBytes),
    memoryTotalBytes: describe(figures.memoryTotalBytes),
    powerWatts: watts(figures.powerMilliwatts),
    powerLimitWatts: watts(figures.powerLimitMilliwatts),
    temperatureCelsius: describe(figures.temperatureCelsius),
    smClockMhz: describe(figures.smClockMhz),
    smClockMaxMhz: describe(figures.smClockMaxMhz),
    memoryClockMhz: describe(figures.memoryClockMhz),
    memoryClockMaxMhz: describe(figures.memoryClockMaxMhz),
    isEccOn: describe(figures.isEccOn),
    eccCorrected: describe(figures.eccCorrected),
    eccUncorrected: describe(figures.eccUncorrected),
    slowdowns: mapFigure(figures.slowdowns, slowdownsOf),
    computeProcesses: describe<readonly GpuProcess[]>(figures.computeProcesses),
    graphicsProcesses: describe<readonly GpuProcess[]>(figures.graphicsProcesses),
  };
}

/** The reason for which a figure is unknown, without its subject. */
export function reasonOf(error: CallError): string {
  if (error.code === null) return `this driver's NVML has no ${error.call}`;
  if (error.code === NOT_SUPPORTED) return 'not supported by this GPU';
  if (error.code === NO_PERMISSION) return 'not permitted for this user';
  return describeCode(error.call, error.code, error.name);
}

function describe<T>(answer: Answer<T>): Figure<T> {
  return mapFigure(answer, (value) => value);
}

function mapFigure<T, U>(answer: Answer<T>, convert: (value: T) => U): Figure<U> {
  return 'error' in answer ? { unknown: reasonOf(answer.error) } : { value: convert(answer.value) };
}

/** The bits fit into 32 today; later ones may not. */
function slowdownsOf(bits: number): readonly GpuSlowdown[] {
  const known = bits % (KNOWN_BITS + 1);
  const names = slowdownBits.filter(([bit]) => (known & bit) !== 0).map(([, name]) => name);
  return bits > KNOWN_BITS ? [...names, 'other'] : names;
}
