import type { Problem } from '../base/studio-error.ts';
import type { ThreadPlace } from '../device/thread-place.ts';
import type { Json } from '../model/message-type.ts';
import type { ProgramInfo } from '../model/program.ts';
import type { ComparisonState } from './comparison.ts';
import type { CudaFindings } from './cuda-findings.ts';
import type { Revision } from './revision.ts';
import type { BurstState, DeadLetterSummary, RunState } from './run.ts';

/** A folder with a topology and its sources, opened by the host. All windows on one project share it. */
export interface ProjectSummary {
  /** Opaque; the same folder has the same id as long as the host lives, and afterwards. */
  readonly id: string;
  /** The topology's name, or the folder's. */
  readonly name: string;
  /** Absolute. */
  readonly dir: string;
}

export interface RecentProject extends ProjectSummary {
  readonly openedAtMs: number;
  /** The folder is still there. */
  readonly exists: boolean;
}

/** A file as the person sees it: the draft, which the host keeps safe, whether or not it is saved. */
export interface FileState {
  /** Relative to the project folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Counts accepted changes, whoever made them; every edit names the version it is based on. */
  readonly version: number;
  readonly isDirty: boolean;
  /** Somebody else changed the saved file while the draft held unsaved edits. */
  readonly conflict?: 'changed-on-disk' | 'deleted-on-disk';
}

/** Everything a window needs to show a project; what changes afterwards arrives as events. */
export interface ProjectSnapshot {
  readonly project: ProjectSummary;
  readonly topologyPath: string;
  readonly files: readonly FileState[];
  /** By source path: what the compiler last read from a draft that it understood. */
  readonly programs: Readonly<Record<string, ProgramInfo>>;
  readonly problems: Readonly<Record<string, FileProblems>>;
  readonly run: RunState;
  /** Latest last; at most 100 per source. */
  readonly revisions: readonly Revision[];
  /** The latest, at most 2,000. */
  readonly console: readonly ConsoleLine[];
  readonly bursts: readonly BurstState[];
  readonly deadLetters: DeadLetterSummary;
  /** Null where nothing has been compared. */
  readonly comparison: ComparisonState | null;
}

/** The compiler's, or the validator's, remarks on one version of a file. */
export interface FileProblems {
  readonly version: number;
  readonly problems: readonly Problem[];
}

export interface ConsoleLine {
  /** Running number since the console was cleared, from 1 on, lines that nobody kept included. */
  readonly seq: number;
  readonly atMs: number;
  readonly kind: 'print' | 'info' | 'warning' | 'error';
  /** `mean#0` for `printf`; empty for the studio's own lines. */
  readonly actor: string;
  /** Which of its threads, where it has more than one. */
  readonly place?: ThreadPlace;
  readonly text: string;
}

export type ProjectEvent =
  /** First of every subscription that cannot be resumed: replaces all that was known. */
  | { readonly type: 'snapshot'; readonly snapshot: ProjectSnapshot }
  /** `origin`: the window whose edit it was, or `disk`, or `host`. */
  | { readonly type: 'file'; readonly file: FileState; readonly origin: string }
  | { readonly type: 'file-removed'; readonly path: string }
  | { readonly type: 'project'; readonly project: ProjectSummary }
  /** `program` is null where the file is gone or declares nothing any more; a broken draft keeps the last good one. */
  | { readonly type: 'program'; readonly path: string; readonly program: ProgramInfo | null }
  | { readonly type: 'problems'; readonly path: string; readonly problems: FileProblems }
  /** A check of a draft has begun or ended. */
  | { readonly type: 'checking'; readonly path: string; readonly isChecking: boolean }
  | { readonly type: 'run'; readonly run: RunState }
  | { readonly type: 'revision'; readonly revision: Revision }
  /** Some lines may be missing before these: the host keeps what a window can take. Their numbers say how many. */
  | { readonly type: 'console'; readonly lines: readonly ConsoleLine[] }
  | { readonly type: 'console-cleared' }
  | { readonly type: 'burst'; readonly burst: BurstState }
  | { readonly type: 'dead-letters'; readonly deadLetters: DeadLetterSummary }
  /** A launch of a plain function is over, and kept: `functions.list` has it. */
  | { readonly type: 'launched'; readonly launchId: string }
  /** A comparison of two devices goes on, or is over. */
  | { readonly type: 'comparison'; readonly comparison: ComparisonState | null }
  /** For a toast: something happened that no other event shows. */
  | { readonly type: 'notice'; readonly notice: Notice };

export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  /** Names the object and the fact: `mean runs r3`. */
  readonly title: string;
  readonly detail?: string;
}

export interface SampleSummary {
  /** Folder name below kernels/samples. */
  readonly name: string;
  readonly title: string;
  /** First sentence of its README. */
  readonly description: string;
  readonly actorCount: number;
  /** For the picture: the real topology. */
  readonly topology: Json;
}

export interface FolderListing {
  readonly dir: string;
  readonly parent: string | null;
  readonly folders: readonly { readonly name: string; readonly isProject: boolean }[];
  readonly isProject: boolean;
}

/** Whether kernels run on a GPU here, or why not, and what was found of what that needs. */
export interface CudaStatus extends CudaFindings {
  readonly isAvailable: boolean;
  /** Without a compiler only what is precompiled runs. */
  readonly canCompile: boolean;
  /** In a few words, as in `no NVIDIA driver found`. */
  readonly summary: string;
  readonly reason: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** What is true on this machine: for the welcome room and the status bar. */
export interface MachineInfo {
  readonly version: string;
  readonly checkedAtMs: number;
  readonly cpu: { readonly workers: number; readonly arenaBytes: number; readonly compiler: string };
  readonly cuda: CudaStatus;
  readonly projectsDir: string;
}
