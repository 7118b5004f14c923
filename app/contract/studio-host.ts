import type { Json } from '../model/message-type.ts';
import type {
  DeadLetterListInput,
  DeadLetterRow,
  DeadLetterSelectionInput,
  ReplayInput,
  ReplayResult,
} from './dead-letters.ts';
import type {
  BurstInput,
  CreateFileInput,
  CreateProjectInput,
  EditInput,
  InjectInput,
  RequestInput,
  StartInput,
} from './inputs.ts';
import type { ProjectComparisons } from './comparison.ts';
import type { ProjectFunctions } from './functions.ts';
import type { GpuReading } from './gpu-figures.ts';
import type {
  FileState,
  FolderListing,
  MachineInfo,
  ProjectEvent,
  ProjectSummary,
  RecentProject,
  SampleSummary,
} from './project.ts';
import type { InjectResult, OutputBatch, OutputRow, RequestResult, StartResult, TelemetryFrame } from './run.ts';
import type { ProjectStates } from './state.ts';

/** An event with its place in the project's log, by which a window that lost its connection goes on. */
export interface Numbered<T> {
  readonly id: string;
  readonly event: T;
}

export type EditResult =
  | { readonly kind: 'accepted'; readonly version: number }
  /** Somebody else's change came first: here is the file as it is now; nothing was changed. */
  | { readonly kind: 'outdated'; readonly file: FileState };

/** What a window asks of the host: the port behind the router. Failures are StudioErrors. */
export interface StudioHost {
  machine(): Promise<MachineInfo>;
  /** Figures of GPUs, once a second while somebody watches; a window that falls behind gets the latest. */
  gpuFigures(signal: AbortSignal): AsyncIterable<GpuReading>;

  /** Small documents of the windows (layout, theme, presets), kept by key across sessions. Null when there is none. */
  readSetting(key: string): Promise<Json>;
  writeSetting(key: string, value: Json): Promise<void>;

  recentProjects(): Promise<readonly RecentProject[]>;
  forgetProject(dir: string): Promise<void>;
  samples(): Promise<readonly SampleSummary[]>;
  /** Copies a sample into the projects folder, unless that was done before, and opens it. */
  openSample(name: string): Promise<ProjectSummary>;
  createProject(input: CreateProjectInput): Promise<ProjectSummary>;
  openProject(dir: string): Promise<ProjectSummary>;
  /** Folders below `dir`; the projects folder without one. */
  browse(dir: string | undefined): Promise<FolderListing>;

  /** @throws StudioError `UnknownProject`, `ProjectGone` */
  project(id: string): Promise<ProjectHost>;
}

/** One open project. */
export interface ProjectHost {
  /** From after `lastEventId` where the log still reaches back to it, else from a snapshot. */
  events(lastEventId: string | undefined, signal: AbortSignal): AsyncIterable<Numbered<ProjectEvent>>;

  edit(input: EditInput): Promise<EditResult>;
  /** Writes drafts to disk atomically, then compiles what changed and reloads what runs; does not wait for these. */
  save(paths: readonly string[] | undefined): Promise<void>;
  /** Checks the draft and compiles what is saved once more, where the compiler had ended; does not wait for these. */
  compileAgain(path: string): Promise<void>;
  createFile(input: CreateFileInput): Promise<FileState>;
  renameFile(path: string, newPath: string): Promise<void>;
  deleteFile(path: string): Promise<void>;
  /** Throws the unsaved edits away. */
  revertFile(path: string): Promise<void>;
  /** Ends a conflict with the disk: keeps the draft, or takes what is on disk. */
  resolveConflict(path: string, take: 'draft' | 'disk'): Promise<void>;
  /** The text of the version that actors run; null when none does. */
  runningText(path: string): Promise<string | null>;

  start(input: StartInput): Promise<StartResult>;
  stop(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Launches actors anew from the latest compiled code, with fresh state and empty queues. */
  reset(actorIds: readonly string[]): Promise<void>;
  /** States of running actors, and checkpoints. */
  readonly states: ProjectStates;
  /** Plain `__global__` functions. */
  readonly functions: ProjectFunctions;
  /** The CPU device and a GPU, with the same messages. */
  readonly comparisons: ProjectComparisons;
  /** Somebody has read what was lost when an earlier host died (`RunState.lost`). */
  dismissLost(): Promise<void>;

  send(input: InjectInput): Promise<InjectResult>;
  request(input: RequestInput): Promise<RequestResult>;
  /** Returns the burst's id at once; progress arrives as events. */
  burst(input: BurstInput): Promise<string>;
  cancelBurst(id: string): Promise<void>;

  /** At most `hz` frames a second; a window that falls behind gets the latest. The first holds totals at once. */
  telemetry(hz: number, signal: AbortSignal): AsyncIterable<TelemetryFrame>;
  /** The last minutes, oldest first, about one a second. */
  telemetryHistory(): Promise<readonly TelemetryFrame[]>;
  outputs(signal: AbortSignal): AsyncIterable<OutputBatch>;
  /** Up to `limit` kept outputs before `before` (default: the end), newest first. */
  listOutputs(before: number | undefined, limit: number): Promise<readonly OutputRow[]>;
  /** Newest first. */
  listDeadLetters(input: DeadLetterListInput): Promise<readonly DeadLetterRow[]>;
  /** Sends them again; of a filter those that have not been yet. What fails is in the result. */
  replayDeadLetters(input: ReplayInput): Promise<ReplayResult>;
  /** Gives how many there were. */
  removeDeadLetters(selection: DeadLetterSelectionInput): Promise<number>;
  clearConsole(): Promise<void>;
}
