import type { RunOutcome } from '../../../app/model/comparison/run-outcome.ts';
import { readStruct } from '../../../app/model/comparison/value-comparison.ts';
import { OutcomeRecorder, type RecordingOptions } from '../../../app/runtime/comparison/outcome-recorder.ts';
import type { ReceiveQueue } from '../../../app/runtime/receive-queue.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import { type Batch, BatchRun, type OutputReader } from './batch-run.ts';

export type RecordedBatch = Omit<Batch, 'readOutputs' | 'beforeActivation'> & Omit<RecordingOptions, 'onFull'>;

/**
 * Runs a batch until nothing moves any more, and gives what it has come to.
 *
 * @throws StudioError what is wrong with the input; the reason of `signal`
 */
export async function recordBatch(
  runtime: RingKernelRuntime,
  { hasPrints, mostBytes = Infinity, ...batch }: RecordedBatch,
): Promise<RunOutcome> {
  const full = new AbortController();
  using recorder = new OutcomeRecorder(runtime, { hasPrints, mostBytes, onFull: (error) => full.abort(error) });
  using run = new BatchRun(runtime, {
    ...batch,
    signal: AbortSignal.any([batch.signal, full.signal]),
    readOutputs: (queue) => new RecordingReader(queue, recorder),
    beforeActivation: () => {
      recorder.watchHosts();
      return Promise.resolve(new Set<string>());
    },
  });
  const inputError = await run.untilQuiet(await run.launch());
  await run.end();
  if (inputError !== undefined) throw inputError;
  if (!run.isHopeless) run.stop.signal.throwIfAborted();
  return await recorder.finish(run.refusals);
}

/** Takes down what leaves a topology. */
export class RecordingReader implements OutputReader {
  /** Messages whose bytes hold what their type cannot. */
  invalid = 0;
  readonly #queue: ReceiveQueue;
  readonly #recorder: OutcomeRecorder;

  constructor(queue: ReceiveQueue, recorder: OutcomeRecorder) {
    this.#queue = queue;
    this.#recorder = recorder;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (
      let message = await this.#queue.take(signal);
      message !== undefined;
      message = await this.#queue.take(signal)
    ) {
      this.#recorder.add(message);
      if (!readStruct(message.type, message.bytes).isValid) this.invalid++;
    }
  }
}
