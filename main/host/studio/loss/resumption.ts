import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import { StudioError } from '../../../../app/base/studio-error.ts';
import type { DeviceKind } from '../../../../app/device/device.ts';
import { checkpointId, type StartInput } from '../../../../app/contract/inputs.ts';
import type { Notice } from '../../../../app/contract/project.ts';
import type { StartResult } from '../../../../app/contract/run.ts';
import { JsonDocument } from '../../../storage/json-document.ts';
import type { ConsoleLog } from '../console-log.ts';
import { deviceLossSchema, type DeviceLoss, type GpuKept } from './device-loss.ts';

const FILE = 'resume.json';
/** A run that loses its device so often is not started again by itself. */
const MOST_LOSSES = 3;
const WITHIN_MS = 5 * 60_000;
const ONLY_ANEW = 'Nothing more runs on the GPU until this program is started again.';

const resumptionSchema = z.object({
  runId: z.int(),
  device: z.enum(['cpu', 'cuda']),
  gpu: z.int(),
  /** Null where the run has lost nothing: its host is replaced for another reason. */
  loss: deviceLossSchema.nullable(),
  /** The last checkpoint that was taken in the run, or that it came from. */
  checkpoint: checkpointId.nullable(),
  /** Why none could be taken; null where that was not tried. */
  checkpointProblem: z.string().nullable(),
  /** Unix times of the last losses, this one included. */
  losses: z.array(z.number()),
});
type Resumption = z.infer<typeof resumptionSchema>;

export interface RunResumptionOptions {
  readonly stateDir: string;
  readonly console: ConsoleLog;
  readonly notice: (notice: Notice) => void;
  readonly start: (input: StartInput) => Promise<StartResult>;
  readonly restore: (id: string, input: StartInput) => Promise<StartResult>;
  /** Has another process take this one's place; undefined where nobody can. */
  readonly replaceHost: (() => Promise<void>) | undefined;
}

/** A run that is to go on elsewhere as if nothing had happened. */
export interface SuspendedRun {
  readonly runId: number;
  readonly device: DeviceKind;
  readonly gpu: number;
  /** Without one it begins anew. */
  readonly checkpoint: string | null;
  readonly checkpointProblem: string | null;
}

/** The ids of projects whose run another host is to go on with. */
export async function projectsToResume(projectsDir: string): Promise<readonly string[]> {
  const ids = await readdir(projectsDir).catch(() => []); // none yet
  const isLeft = await Promise.all(ids.map((id) => access(join(projectsDir, id, FILE)).then(yes, no)));
  return ids.filter((_, index) => isLeft[index]);
}

/**
 * A run whose GPU is lost goes on in another process: this one writes down what is to be known of it, and the next one
 * tells it and starts the run again, from its last checkpoint where there is one.
 */
export class RunResumption {
  /** The checkpoint that a new start would go on from. */
  checkpoint: string | null = null;
  readonly #options: RunResumptionOptions;
  readonly #file: JsonDocument<Resumption | null>;
  #losses: readonly number[] = [];

  constructor(options: RunResumptionOptions) {
    const { stateDir, notice } = options;
    this.#options = options;
    this.#file = new JsonDocument<Resumption | null>({
      path: join(stateDir, FILE),
      schema: resumptionSchema.nullable(),
      empty: null,
      onFailure: (error) => {
        const detail = error instanceof Error ? error.message : String(error);
        notice({ severity: 'warning', title: 'The run cannot be started again by itself', detail });
      },
    });
  }

  async lost(loss: DeviceLoss | GpuKept): Promise<void> {
    if ('keptBy' in loss) return this.#kept(loss);
    const { console: log, notice, replaceHost } = this.#options;
    const title = `GPU ${loss.gpu.toString()} is lost to this process`;
    notice({ severity: 'error', title, detail: loss.reason });
    for (const text of accountOf(loss)) log.note('error', text);
    if (replaceHost === undefined) {
      log.note('error', ONLY_ANEW);
      return;
    }
    const { runId, gpu, atMs } = loss;
    const losses = [...this.#losses, atMs];
    const { checkpoint } = this;
    await this.#leave({ runId, device: 'cuda', gpu, loss, checkpoint, checkpointProblem: null, losses });
    await replaceHost();
  }

  /** Has the next host go on with a run that has lost nothing. */
  async suspend(run: SuspendedRun): Promise<void> {
    await this.#leave({ ...run, loss: null, losses: [...this.#losses] });
  }

  /** What an earlier host has left, once. */
  async resume(): Promise<void> {
    const left = await this.#file.read();
    if (left === null) return;
    this.#file.remove(); // before anything is started: whatever it does, it is not tried twice
    await this.#file.flush();
    const { console: log, notice } = this.#options;
    const { runId, loss } = left;
    if (loss !== null) for (const text of accountOf(loss)) log.note('error', text);
    this.#losses = left.losses.filter((atMs) => Date.now() - atMs < WITHIN_MS);
    if (loss !== null && this.#losses.length >= MOST_LOSSES) {
      const detail = `It has lost its GPU ${this.#losses.length.toString()} times within five minutes.`;
      log.note('error', `Run ${runId.toString()} is not started again by itself: ${detail}`);
      notice({ severity: 'error', title: 'The run was not started again', detail });
      return;
    }
    await this.#goOn(left);
  }

  /** The run is over; its GPU comes back with the next host. */
  async #kept({ runId, gpu, keptBy }: GpuKept): Promise<void> {
    const { console: log, notice, replaceHost } = this.#options;
    const title = `GPU ${gpu.toString()} is lost to this process`;
    notice({ severity: 'warning', title, detail: keptBy });
    log.note(
      'warning',
      `Run ${runId.toString()} has ended and left GPU ${gpu.toString()} lost to this process: ${keptBy}`,
    );
    if (replaceHost === undefined) log.note('error', ONLY_ANEW);
    else await replaceHost();
  }

  async #leave(resumption: Resumption): Promise<void> {
    this.#file.write(resumption);
    await this.#file.flush();
  }

  async #goOn({ runId, device, gpu, loss, checkpoint, checkpointProblem }: Resumption): Promise<void> {
    const { console: log, notice, start, restore } = this.#options;
    const input = { device, gpu };
    try {
      const result = checkpoint === null ? await start(input) : await restore(checkpoint, input);
      if (result.kind !== 'started') throw new StudioError('NotResumed', reasonOf(result));
      const last = loss === null ? 'where it was' : 'from its last checkpoint';
      const why = checkpointProblem ?? 'there was no checkpoint';
      const from = checkpoint === null ? `with fresh states: ${why.replace(/\.$/, '')}` : last;
      log.note('warning', `Run ${runId.toString()} goes on in a new process, ${from}.`);
      const title =
        loss === null ? 'The run goes on in a new process' : 'The GPU was lost, and the run goes on in a new process';
      notice({ severity: 'warning', title, detail: from });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      log.note('error', `Run ${runId.toString()} was not started again: ${detail}`);
      notice({ severity: 'error', title: 'The run was not started again', detail });
    }
  }
}

const yes = (): boolean => true;
const no = (): boolean => false;

function reasonOf(result: Exclude<StartResult, { kind: 'started' }>): string {
  if (result.kind === 'consent') return 'its content has changed, and nobody has agreed to run it yet. Start it.';
  return result.problems.find(({ severity }) => severity === 'error')?.message ?? 'the project has problems.';
}

function accountOf(loss: DeviceLoss): readonly string[] {
  const { runId, gpu, reason, suspects, waiting } = loss;
  const counts = `${loss.accepted.toString()} accepted, ${loss.fromActors.toString()} sent by actors`;
  const ends = `${loss.finished.toString()} had an end, ${loss.deadLetters.toString()} dead letters among them`;
  return [
    `Run ${runId.toString()} has lost GPU ${gpu.toString()}: ${reason}`,
    `Its messages: ${counts}; ${ends}, and ${waiting.toString()} waited.`,
    ...suspects.map((suspect) => `In hand, and a dead letter now: ${suspect}. It is not sent again.`),
  ];
}
