import { StudioError } from '../../../app/base/studio-error.ts';
import type {
  MigrateInput,
  RestoreInput,
  SaveCheckpointInput,
  StartInput,
  WriteStateInput,
} from '../../../app/contract/inputs.ts';
import type { StartResult } from '../../../app/contract/run.ts';
import type { CheckpointInfo, MigrationView, ProjectStates, StateView } from '../../../app/contract/state.ts';
import type { StateSnapshot } from '../../../app/runtime/state/state-snapshot.ts';
import type { CheckpointFolder } from './checkpoint-folder.ts';
import { findTarget } from './injector.ts';
import type { LiveRun } from './live-run.ts';
import type { Reloader } from './reloader.ts';
import type { CheckpointStart } from './run-plan.ts';

export interface ProjectStatesOptions {
  /** @throws StudioError `NotRunning` */
  readonly live: () => LiveRun;
  readonly reloader: Reloader;
  readonly folder: CheckpointFolder;
  /** The run goes on from it, or has been saved in it. */
  readonly onCheckpoint: (id: string) => void;
  /** Ends what runs, and starts from the checkpoint; what does not fit ends nothing. */
  readonly restore: (read: () => Promise<CheckpointStart>, start: StartInput) => Promise<StartResult>;
}

/** What windows may do to the states of a project's actors. */
export class StudioStates implements ProjectStates {
  readonly #options: ProjectStatesOptions;

  constructor(options: ProjectStatesOptions) {
    this.#options = options;
  }

  async read(actor: string): Promise<StateView> {
    const { actor: found, ...instance } = findTarget(this.#options.live().actors, actor);
    return viewOf(await found.readState(instance));
  }

  async write({ actor, fields, mode }: WriteStateInput): Promise<StateView> {
    const { actor: found, ...instance } = findTarget(this.#options.live().actors, actor);
    return viewOf(await found.writeState(fields, { ...instance, mode }));
  }

  async saveCheckpoint({ name }: SaveCheckpointInput): Promise<CheckpointInfo> {
    const { folder, live, onCheckpoint } = this.#options;
    const saved = await folder.save(await live().runtime.checkpoint(), name, Date.now());
    onCheckpoint(saved.id);
    return saved;
  }

  listCheckpoints(): Promise<readonly CheckpointInfo[]> {
    return this.#options.folder.list();
  }

  async deleteCheckpoint(id: string): Promise<void> {
    await this.#options.folder.delete(id);
  }

  async restoreCheckpoint({ id, migrate, allowLoss, ...start }: RestoreInput): Promise<StartResult> {
    const { folder, restore, onCheckpoint } = this.#options;
    const options = migrate ? ({ migrate: 'by-name', allowLoss } as const) : {};
    const result = await restore(async () => ({ bytes: await folder.read(id), options }), start);
    if (result.kind === 'started') onCheckpoint(id);
    return result;
  }

  async planMigration(actorIds: readonly string[]): Promise<MigrationView> {
    const live = this.#options.live();
    const actors = actorIds.map((id) => findTarget(live.actors, id).actor);
    return this.#options.reloader.planMigration(live, actors);
  }

  async migrate({ actorIds, allowLoss }: MigrateInput): Promise<MigrationView> {
    const live = this.#options.live();
    const actors = actorIds.map((id) => findTarget(live.actors, id).actor);
    return { migrations: await this.#options.reloader.migrate(live, actors, allowLoss), problems: [] };
  }
}

function viewOf(snapshot: StateSnapshot): StateView {
  const { label, actorState, moment, type } = snapshot;
  const view = { actor: label, actorState, moment, type: type.name, atMs: Date.now() };
  try {
    return { ...view, json: snapshot.json() };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return { ...view, problem: error.message };
  }
}
