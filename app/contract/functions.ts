import { z } from 'zod';

import type { Problem, SourceLocation } from '../base/studio-error.ts';
import type { DeviceKind, FaultCause } from '../device/device.ts';
import { mostSharedBytes, type Dim3 } from '../model/dim3.ts';
import type { Json } from '../model/message-type.ts';
import { defaultLaunchLimitMs, maxLaunchLimitMs } from '../model/launch-limits.ts';
import { deviceChoice, filePath } from './inputs.ts';
import type { ConsentRequest } from './run.ts';

const dimension = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const dimensions = z.tuple([dimension, dimension, dimension]);
const launchId = z.string().min(8).max(64);
/** Values of arguments and variables may be typed, or pasted. */
const MAX_ARGUMENT = 4_194_304;

export const launchInput = z.strictObject({
  /** The window's own name for it: for `cancel`, and for what is asked about its buffers. */
  launchId,
  path: filePath,
  ...deviceChoice,
  /** `FunctionInfo.name` */
  functionName: z.string().min(1).max(1024),
  grid: dimensions,
  block: dimensions,
  sharedBytes: z.int().min(0).max(mostSharedBytes).default(0),
  isCooperative: z.boolean().default(false),
  timeLimitMs: z.int().min(1).max(maxLaunchLimitMs).default(defaultLaunchLimitMs),
  /** One for each parameter, as `ringstudio exec --arg` takes them; files are those of the project. */
  args: z.array(z.string().max(MAX_ARGUMENT)).max(1024),
  /** Variables to write before, as JSON or `@file.npy`, `@file.json`. */
  symbols: z
    .array(z.strictObject({ name: z.string().min(1).max(1024), text: z.string().max(MAX_ARGUMENT) }))
    .max(1024)
    .default([]),
  /** As in `startInput`. */
  agreedHash: z.string().max(128).optional(),
});
export type LaunchInput = z.infer<typeof launchInput>;

export const inLaunch = z.strictObject({ launchId });

/** A buffer of a launch, by the number of its parameter from 0 on. */
const inBuffer = inLaunch.extend({ buffer: z.int().min(0).max(1023) });

export const bufferValuesInput = inBuffer.extend({
  /** Element. */
  from: z.int().min(0),
  count: z.int().min(1).max(4096),
});
export type BufferValuesInput = z.infer<typeof bufferValuesInput>;

/** Of elements that are structs the numbers of one field: one of `LaunchBuffer.fields`. */
const ofField = inBuffer.extend({ field: z.string().max(1024).default('') });

export const bufferStatisticsInput = ofField.extend({ bins: z.int().min(1).max(512).default(64) });
export type BufferStatisticsInput = z.infer<typeof bufferStatisticsInput>;

export const bufferImageInput = ofField.extend({
  /** Elements of a row. */
  columns: z.int().min(1),
  /** Larger ones are scaled down: each cell is the mean of its elements. */
  maxWidth: z.int().min(1).max(1024),
  maxHeight: z.int().min(1).max(1024),
});
export type BufferImageInput = z.infer<typeof bufferImageInput>;

export type LaunchResult =
  /** It ran, whether or not to its end. */
  | { readonly kind: 'launched'; readonly launch: LaunchView }
  /** The source does not compile. */
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'consent'; readonly request: ConsentRequest };

/** A launch of a `__global__` function that is over, and what it left in its buffers. */
export interface LaunchView {
  readonly id: string;
  readonly path: string;
  readonly functionName: string;
  readonly grid: Dim3;
  readonly block: Dim3;
  readonly atMs: number;
  readonly outcome: LaunchOutcome;
  /** In the order of the parameters, those that got one; the buffer of `same:1` is listed once. */
  readonly buffers: readonly LaunchBuffer[];
  /** Variables of up to 64 KiB as they were afterwards; none that holds what its type cannot, which the console tells. */
  readonly symbols: readonly { readonly name: string; readonly type: string; readonly value: Json }[];
}

export type LaunchOutcome =
  | {
      readonly kind: 'done';
      /** From the beginning of the first block to the end of the last one, by the device's clock. */
      readonly durationMs: number;
      readonly blocks: number;
      readonly threads: number;
      readonly device: DeviceKind;
    }
  | {
      readonly kind: 'failed';
      readonly cause: FaultCause;
      /** Without the place. */
      readonly detail: string;
      readonly location?: SourceLocation;
      readonly block?: Dim3;
      readonly thread?: Dim3;
    }
  | { readonly kind: 'cancelled' };

export interface LaunchBuffer {
  /** Number of the parameter, from 0 on. */
  readonly index: number;
  readonly name: string;
  /** `float`, `Particle` */
  readonly elementName: string;
  readonly length: number;
  readonly sizeBytes: number;
  /** What of an element is a number: `['']` for scalars, `['x', 'velocity.x']` for structs; empty where nothing is. */
  readonly fields: readonly string[];
  /** Elements whose bytes differ from before the launch. */
  readonly changed: number;
}

export interface BufferValues {
  /** As the codecs write them: floats in the fewest digits, wide integers as strings. */
  readonly values: readonly Json[];
  /** The same elements before the launch. */
  readonly before: readonly Json[];
}

/** Numbers that JSON has not are counted, and are in nothing else. */
export interface BufferStatistics {
  readonly count: number;
  readonly nans: number;
  readonly infinities: number;
  /** Null where no number is finite. */
  readonly finite: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly deviation: number;
    /** How many are in each of as many equal parts of [min, max]; one where all are equal. */
    readonly bins: readonly number[];
  } | null;
}

export interface BufferImage {
  /** Of elements; the last row may be short. */
  readonly rows: number;
  /** Of cells. */
  readonly width: number;
  readonly height: number;
  /** Row by row: the mean of the cell's finite numbers, null where there are none. */
  readonly cells: readonly (number | null)[];
}

/** Plain `__global__` functions of a project, run over a grid. Failures are StudioErrors. */
export interface ProjectFunctions {
  /**
   * Saves everything, compiles the file, makes the buffers, and runs the function once, on a device of its own: actors
   * that run are left alone. Resolves when no thread runs any more.
   *
   * @throws StudioError `FunctionNotFound`, `InvalidOption`, `InvalidLaunch`, `InvalidArgument`, `InvalidNpy`, `BrokenJson`,
   *   `FileNotFound`, `OutOfMemory`, `LaunchRunning` while another one of the project runs
   */
  launch(input: LaunchInput): Promise<LaunchResult>;
  /** Ends it wherever it is, also while it compiles; one that is over is left alone. */
  cancel(launchId: string): Promise<void>;
  /** The latest first: those whose buffers are kept, 8 at most. */
  list(): Promise<readonly LaunchView[]>;
  /** @throws StudioError `LaunchGone`, as the next two do, for one whose buffers are not kept any more */
  values(input: BufferValuesInput): Promise<BufferValues>;
  statistics(input: BufferStatisticsInput): Promise<BufferStatistics>;
  image(input: BufferImageInput): Promise<BufferImage>;
}
