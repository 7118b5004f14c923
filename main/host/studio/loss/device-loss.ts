import { z } from 'zod';

import type { DeadLetterRow } from '../../../../app/contract/dead-letters.ts';
import type { ActorFailure } from '../../../../app/runtime/runtime.ts';
import type { StudioRuntime } from '../../create-runtime.ts';
import type { DeadLetterLog } from '../dead-letter-log.ts';
import type { RunRecorder } from '../journal/run-recorder.ts';

/** What a run leaves that its device took along. */
export const deviceLossSchema = z.object({
  runId: z.int(),
  gpu: z.int(),
  /** Unix time in ms. */
  atMs: z.number(),
  /** Who did it, as far as that is known: `mean#0: out-of-bounds at mean.cu:12: index 9 …`. */
  reason: z.string(),
  /** Messages of the run: exact, for the host has outlived it. */
  accepted: z.number(),
  fromActors: z.number(),
  /** Handled, or dead letters. */
  finished: z.number(),
  /** Of these; and of messages that no queue had taken. */
  deadLetters: z.number(),
  waiting: z.number(),
  /** The messages that were in hand, which are dead letters now, in words: `Add {"n":3} to mean#0 (id …)`. */
  suspects: z.array(z.string()),
});
export type DeviceLoss = z.infer<typeof deviceLossSchema>;

interface LossWatch {
  readonly runtime: StudioRuntime;
  readonly gpu: number;
  readonly runId: number;
  /** Undefined before anything was launched. */
  readonly recorder: () => RunRecorder | undefined;
  readonly deadLetters: DeadLetterLog;
  readonly onLost: (loss: DeviceLoss) => void;
}

/** How long what is still counted may take: the device itself is gone. */
const COUNTED_WITHIN_MS = 2000;
const NO_COUNTS = { accepted: 0, fromActors: 0, finished: 0, waiting: 0 };
/** Each is a line in the console. */
const MOST_SUSPECTS = 100;

/** Tells once that the device is gone, when it is known what became of the run's messages. */
export function watchDevice({ runtime, gpu, runId, recorder, deadLetters, onLost }: LossWatch): Disposable {
  let first: ActorFailure | undefined;
  let isTold = false;
  const tell = async (): Promise<void> => {
    await runtime.quiet({ signal: AbortSignal.timeout(COUNTED_WITHIN_MS) }).catch(() => undefined);
    const { accepted, fromActors, finished, waiting } = recorder()?.counts() ?? NO_COUNTS;
    const { total } = deadLetters.summary;
    const inHand = deadLetters.list({ limit: MOST_SUSPECTS, filter: { reason: ['actor-failed'] } });
    onLost({
      ...{ runId, gpu, atMs: Date.now(), reason: await reasonOf(first) },
      ...{ accepted, fromActors, finished, deadLetters: total, waiting },
      suspects: inHand.map(describeLetter),
    });
  };
  return runtime.onDidFailActor.on((failure) => {
    if (runtime.device.lost === undefined) return;
    if (first === undefined || first.fault.cause === 'context-lost') first = failure;
    if (!isTold) void tell();
    isTold = true;
  });
}

/** A GPU that is lost at the end of its run, because something on it had not returned. */
export interface GpuKept {
  readonly runId: number;
  readonly gpu: number;
  readonly keptBy: string;
}

interface RunEnd {
  readonly runId: number;
  readonly gpu: number;
  readonly onLost: (kept: GpuKept) => void;
}

/** Ends the runtime, and tells where that loses its GPU. */
export function endOf(runtime: StudioRuntime, { onLost, ...run }: RunEnd): AsyncDisposable {
  const reason = (): string | undefined => runtime.device.lost?.message;
  return {
    [Symbol.asyncDispose]: async () => {
      const before = reason();
      await runtime[Symbol.asyncDispose]();
      const keptBy = reason();
      if (before === undefined && keptBy !== undefined) onLost({ ...run, keptBy });
    },
  };
}

async function reasonOf(failure: ActorFailure | undefined): Promise<string> {
  if (failure === undefined) return 'nobody knows why';
  const { instance, fault } = failure;
  const location = await fault.location;
  const place = location === undefined ? '' : ` at ${location.file}:${location.line.toString()}`;
  return `${instance.label}: ${fault.cause}${place}: ${fault.detail}`;
}

function describeLetter({ type, message, to, messageId }: DeadLetterRow): string {
  return `${type ?? 'a message'} ${JSON.stringify(message ?? {})} to ${to} (id ${messageId})`;
}
