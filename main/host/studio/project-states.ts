import { StudioError } from '../../../app/base/studio-error.ts';
import type { MigrateInput, RestoreInput, SaveCheckpointInput, WriteStateInput } from '../../../app/contract/inputs.ts';
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
  readonly isRunning: () => boolean;
  readonly reloader: Reloader;
  readonly folder: CheckpointFolder;
  readonly stop: () => Promise<void>;
  readonly start: (checkpoint: CheckpointStart, agreedHash: string | undefined) => Promise<StartResult>;
}

/** The restore begins in actors that have been launched just then: what is in the way here and now is not. */
const OF_THE_MOMENT = ['actor-not-at-rest', 'queue-not-empty', 'requests-under-way'];

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
    const bytes = await this.#options.live().runtime.checkpoint();
    return this.#options.folder.save(bytes, name, Date.now());
  }

  listCheckpoints(): Promise<readonly CheckpointInfo[]> {
    return this.#options.folder.list();
  }

  async deleteCheckpoint(id: string): Promise<void> {
    await this.#options.folder.delete(id);
  }

  async restoreCheckpoint({ id, migrate, allowLoss, agreedHash }: RestoreInput): Promise<StartResult> {
    const { folder, isRunning, live, stop, start } = this.#options;
    const bytes = await folder.read(id);
    const options = migrate ? { migrate: 'by-name' as const, allowLoss } : {};
    if (isRunning()) {
      const { problems } = await live().runtime.planRestore(bytes, options);
      const lasting = problems.filter(({ code }) => !OF_THE_MOMENT.includes(code));
      if (lasting.length > 0) return { kind: 'problems', problems: lasting };
      await stop();
    }
    return start({ bytes, options }, agreedHash);
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
