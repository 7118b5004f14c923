import { z } from 'zod';

import type { Problem, SourceLocation } from '../base/studio-error.ts';
import type { DeviceKind } from '../device/device.ts';
import type { Comparison } from '../model/comparison/compare-outcomes.ts';
import type { Tolerance } from '../model/comparison/tolerance.ts';
import { deviceChoice, filePath, injectInput } from './inputs.ts';
import type { ConsentRequest } from './run.ts';

const comparisonId = z.string().min(8).max(64);

/** Where the messages come from that both runs get. */
const comparedMessages = z.discriminatedUnion('kind', [
  /** Those that the topology brings along (`inject`). */
  z.strictObject({ kind: z.literal('topology') }),
  /** JSON lines of the project, as `ringstudio compare --input` reads them. */
  z.strictObject({ kind: z.literal('file'), path: filePath }),
  z.strictObject({ kind: z.literal('given'), messages: z.array(injectInput).max(1000) }),
]);
export type ComparedMessages = z.infer<typeof comparedMessages>;

export const compareInput = z.strictObject({
  /** The window's own name for it: for `cancel` and `judge`. */
  comparisonId,
  gpu: deviceChoice.gpu,
  messages: comparedMessages,
  /** Compare what actors print, too. */
  hasPrints: z.boolean().default(false),
  /** As in `startInput`. */
  agreedHash: z.string().max(128).optional(),
});
export type CompareInput = z.infer<typeof compareInput>;

export const inComparison = z.strictObject({ comparisonId });

const limit = z.number().min(0).default(0);

export const judgeInput = inComparison.extend({
  /** How far floats of a field may lie apart: `mean`, `Average.points.x`, `*`. */
  tolerances: z
    .array(z.strictObject({ field: z.string().trim().min(1).max(512), absolute: limit, relative: limit }))
    .max(1000)
    .default([]),
  isUnordered: z.boolean().default(false),
});
export type JudgeInput = z.infer<typeof judgeInput>;

export type CompareResult =
  /** Both runs are over, and kept: `judge` tells where they differ. */
  | { readonly kind: 'compared' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'consent'; readonly request: ConsentRequest };

/** How far the comparison is that somebody has asked for last. */
export interface ComparisonState {
  readonly id: string;
  /** `preparing`: devices are opened, and sources compiled; `done`: it can be judged. */
  readonly phase: 'preparing' | DeviceKind | 'done';
  /** Messages that the run of this phase has got, of `total`. */
  readonly sent: number;
  readonly total: number;
}

export interface ComparedFailure {
  /** `mean#0`, or the id of a host actor. */
  readonly actor: string;
  readonly cause: string;
  /** Without the place. */
  readonly detail: string;
  readonly location?: SourceLocation;
}

/** What one of the runs has come to. */
export interface ComparedSide {
  readonly device: DeviceKind;
  /** `CUDA, NVIDIA …` */
  readonly description: string;
  /** Messages that came out. */
  readonly outputs: number;
  readonly states: number;
  /** Actors that had failed for good when nothing moved any more. */
  readonly failed: number;
  readonly deadLetters: number;
  readonly undelivered: number;
  /** The first ones, those of actors that were started again included. */
  readonly failures: readonly ComparedFailure[];
  /** In words: who waits for whom. */
  readonly deadlocks: readonly string[];
  /** Its kernel took the GPU along, which this host cannot use any more. */
  readonly isLost: boolean;
}

export interface ComparisonView {
  readonly id: string;
  readonly atMs: number;
  readonly messages: ComparedMessages['kind'];
  /** Where `messages` is `file`. */
  readonly path?: string;
  /** Messages that each run was given. */
  readonly sent: number;
  readonly sides: readonly [ComparedSide, ComparedSide];
  /** Of differences the first ones of each field, 1,000 at most; all are counted. */
  readonly comparison: Comparison;
  /** As `ringstudio compare` reports them. */
  readonly tolerances: Readonly<Record<string, Tolerance>>;
  readonly isUnordered: boolean;
  /** What can have a tolerance. */
  readonly floatFields: readonly string[];
}

/** Runs of a project's topology on the CPU device and on a GPU, compared. Failures are StudioErrors. */
export interface ProjectComparisons {
  /**
   * Saves everything, and runs the topology with the same messages on the CPU and then on the GPU, on devices of their own:
   * files of sinks are left alone. Resolves when both are over.
   *
   * @throws StudioError `DeviceNotAvailable`, `DeviceBusy` while something else of this host is on that GPU, `DeviceLost`,
   *   `EndlessRun`, `FileNotFound`, what is wrong with a message, `ComparisonTooLarge`, `ComparisonRunning`
   */
  compare(input: CompareInput): Promise<CompareResult>;
  /** Ends it wherever it is; one that is over is left alone. */
  cancel(comparisonId: string): Promise<void>;
  /**
   * Where the runs differ, without running them again.
   *
   * @throws StudioError `ComparisonGone` where another one has come after it, `UnknownField`, `NoFloat`, `InvalidTolerance`
   */
  judge(input: JudgeInput): Promise<ComparisonView>;
  /**
   * Has another process take this one's place: a GPU that was lost can be used there. What runs goes on; what was compared
   * is not kept.
   *
   * @throws StudioError `HostStays` where nobody can
   */
  regainGpu(): Promise<void>;
}
