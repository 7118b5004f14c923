import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';
import type { CheckpointOptions } from '../../../app/runtime/checkpoint/checkpoints.ts';
import { readCheckpointFile, writeCheckpointFile } from '../../storage/checkpoint-files.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import { usageError, type Arguments } from '../command/arguments.ts';
import type { Terminal } from '../terminal.ts';
import { withRestoreTips } from './restore-tips.ts';
import { runSpec } from './run-spec.ts';

/** What the options say about checkpoints. */
export interface CheckpointPlan {
  /** Undefined to write none. */
  readonly target: { readonly shown: string; readonly path: string } | undefined;
  readonly everyMs: number | undefined;
  /** What to go on from. */
  readonly restored: { readonly path: string; readonly bytes: Uint8Array } | undefined;
  readonly isMigrating: boolean;
  readonly mayLose: boolean;
}

/** Of a run that neither writes nor goes on from one. */
export const noCheckpoints: CheckpointPlan = {
  target: undefined,
  everyMs: undefined,
  restored: undefined,
  isMigrating: false,
  mayLose: false,
};

const MIN_EVERY_MS = 10;
const MAX_EVERY_MS = 2 ** 31 - 1;
/** A handler that runs on is stopped by the watchdog before that. */
const LAST_TIMEOUT_MS = 5000;

/** @throws StudioError for options that do not go together, a file that cannot be read, a place that cannot be written */
export async function planCheckpoints(args: Arguments, { cwd }: { readonly cwd: string }): Promise<CheckpointPlan> {
  const [path, restore] = [args.text('checkpoint'), args.text('restore')];
  const everyMs = args.integer('checkpoint-every', { min: MIN_EVERY_MS, max: MAX_EVERY_MS });
  const [isMigrating, mayLose] = [args.has('migrate'), args.has('allow-loss')];
  if (everyMs !== undefined && path === undefined) throw needs('--checkpoint-every', '--checkpoint FILE');
  if (isMigrating && restore === undefined) throw needs('--migrate', '--restore FILE');
  if (mayLose && !isMigrating) throw needs('--allow-loss', '--migrate');
  const target = path === undefined ? undefined : { shown: path, path: resolve(cwd, path) };
  if (target !== undefined) await checkWritable(target);
  const from = restore === undefined ? undefined : resolve(cwd, restore);
  const restored = from === undefined ? undefined : { path: restore!, bytes: await readCheckpointFile(from) };
  return { target, everyMs, restored, isMigrating, mayLose };
}

/** The checkpoints of one run. Disposing ends those that are written again and again. */
export class RunCheckpoints implements Disposable {
  readonly #runtime: Pick<StudioRuntime, 'checkpoint' | 'restore'>;
  readonly #plan: CheckpointPlan;
  readonly #terminal: Terminal;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(runtime: Pick<StudioRuntime, 'checkpoint' | 'restore'>, plan: CheckpointPlan, terminal: Terminal) {
    this.#runtime = runtime;
    this.#plan = plan;
    this.#terminal = terminal;
  }

  /** To be called when all actors are launched and none is active. Gives those that are to stay at rest. */
  async restore(): Promise<ReadonlySet<string>> {
    const { restored, isMigrating, mayLose } = this.#plan;
    if (restored === undefined) return new Set();
    const options = isMigrating ? ({ migrate: 'by-name', allowLoss: mayLose } as const) : {};
    const { states, takenAtMs, migrations } = await this.#runtime
      .restore(restored.bytes, options)
      .catch((error: unknown) => {
        throw withRestoreTips(error, isMigrating);
      });
    const ended = [...states].filter(([, state]) => state === 'failed' || state === 'terminated');
    const resting = ended.map(([label]) => label);
    this.#note({ restored: restored.path, takenAt: new Date(takenAtMs).toISOString(), resting });
    for (const migration of migrations) this.#note({ migrated: migration });
    return new Set(resting);
  }

  /** Writes one again and again, until `finish`. One that cannot be written is noted; the run goes on. */
  start(): void {
    const { everyMs } = this.#plan;
    if (everyMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#writing = this.#writeOne().then(() => {
        if (this.#timer !== undefined) this.start();
      });
    }, everyMs);
  }

  /**
   * Writes one more; `isLast` ends what still goes on.
   *
   * @throws StudioError `CheckpointNotWritable`, `PauseTimeout`
   */
  async finish({ isLast }: Pick<CheckpointOptions, 'isLast'>): Promise<void> {
    this[Symbol.dispose]();
    await this.#writing;
    if (this.#plan.target === undefined) return;
    await this.#write(isLast);
    this.#note({ checkpoint: this.#plan.target.shown });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #writeOne(): Promise<void> {
    try {
      await this.#write();
    } catch (error) {
      if (this.#timer === undefined) return; // the last one tells, or the run has failed
      this.#note({ checkpointFailed: error instanceof Error ? error.message : String(error) });
    }
  }

  async #write(isLast = false): Promise<void> {
    const { target } = this.#plan;
    if (target === undefined) return;
    await writeCheckpointFile(target.path, await this.#runtime.checkpoint({ timeoutMs: LAST_TIMEOUT_MS, isLast }));
  }

  #note(line: object): void {
    this.#terminal.note(JSON.stringify(line));
  }
}

/** Found out before anything runs. */
async function checkWritable({ shown, path }: NonNullable<CheckpointPlan['target']>): Promise<void> {
  const [folder, found] = await Promise.all([dirname(path), path].map((each) => stat(each).catch(() => undefined)));
  const why =
    folder?.isDirectory() !== true
      ? 'there is no such folder'
      : found === undefined || found.isFile()
        ? undefined
        : found.isDirectory()
          ? 'it is a folder'
          : 'it is a device, a pipe or a socket, and a file would take its place';
  if (why === undefined) return;
  throw new StudioError('CheckpointNotWritable', `--checkpoint '${shown}' cannot be written: ${why}.`, {
    tip: 'Name a file, there already or not, in a folder that exists.',
  });
}

function needs(option: string, other: string): StudioError {
  return usageError(runSpec, 'InvalidOption', `${option} goes with ${other}.`);
}
