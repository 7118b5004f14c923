import type { Problem } from '../base/studio-error.ts';
import type { Json } from '../model/message-type.ts';
import type { ActorState } from '../runtime/lifecycle.ts';
import type { InstanceMigration } from '../runtime/state/migration-plan.ts';
import type { SnapshotMoment } from '../runtime/state/state-snapshot.ts';
import type { MigrateInput, RestoreInput, SaveCheckpointInput, WriteStateInput } from './inputs.ts';
import type { StartResult } from './run.ts';

/** The state of one instance, as it was between two batches. */
export interface StateView {
  /** `mean#0` */
  readonly actor: string;
  readonly actorState: ActorState;
  /** `left-by-trap`: its last handler may have been in the middle of a change. */
  readonly moment: SnapshotMoment;
  /** Name of the struct. */
  readonly type: string;
  /** Absent where the bytes hold what the type cannot; then `problem` says what. */
  readonly json?: Json;
  readonly problem?: string;
  readonly atMs: number;
}

/** A checkpoint that is kept with the project's drafts. */
export interface CheckpointInfo {
  readonly id: string;
  /** Given by whoever took it; may be empty. */
  readonly name: string;
  readonly takenAtMs: number;
  readonly sizeBytes: number;
}

/** What a migration would do, or has done. */
export interface MigrationView {
  readonly migrations: readonly InstanceMigration[];
  /** Why it is refused; empty when it is done. */
  readonly problems: readonly Problem[];
}

/** States of running actors, and checkpoints of all of them. Failures are StudioErrors. */
export interface ProjectStates {
  /** @throws StudioError `NotRunning`, `UnknownActor`, `UnknownInstance`, `NoState`, `PauseTimeout` */
  read(actor: string): Promise<StateView>;
  /** All fields or none. @throws StudioError as `read`; `InvalidState` with all problems, `ActorFailed` */
  write(input: WriteStateInput): Promise<StateView>;

  saveCheckpoint(input: SaveCheckpointInput): Promise<CheckpointInfo>;
  /** The latest first. */
  listCheckpoints(): Promise<readonly CheckpointInfo[]>;
  deleteCheckpoint(id: string): Promise<void>;
  /**
   * Ends what runs, and starts the project as it is saved now from the checkpoint. What does not fit ends nothing: it is
   * found out before where something runs.
   */
  restoreCheckpoint(input: RestoreInput): Promise<StartResult>;

  /** What `migrate` would do to actors whose new code waits for a reset, as they are now. */
  planMigration(actorIds: readonly string[]): Promise<MigrationView>;
  /** Has actors go on with the code that waits, their states and queued messages carried over by the names of fields. */
  migrate(input: MigrateInput): Promise<MigrationView>;
}
