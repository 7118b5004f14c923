import { create } from 'zustand';

import type { ComparisonState } from '../../app/contract/comparison.ts';
import type { ConsoleLine, FileProblems, FileState, ProjectEvent, ProjectSummary } from '../../app/contract/project.ts';
import type { Revision } from '../../app/contract/revision.ts';
import type { BurstState, DeadLetterSummary, RunPhase, RunState } from '../../app/contract/run.ts';
import type { ProgramInfo } from '../../app/model/program.ts';
import { withLoss } from './host-loss.ts';

/** `unknown`: the host does not answer, so that nobody knows what the actors do. */
export type ShownPhase = RunPhase | 'unknown';

/** The run as far as this window knows it. */
export interface ShownRun extends Omit<RunState, 'phase'> {
  readonly phase: ShownPhase;
}

/** The open project as the host tells it. Texts as this window shows them are in `documents`. */
export interface ProjectState {
  readonly project: ProjectSummary | undefined;
  readonly topologyPath: string;
  readonly files: Readonly<Record<string, FileState>>;
  readonly programs: Readonly<Record<string, ProgramInfo>>;
  readonly problems: Readonly<Record<string, FileProblems>>;
  readonly checking: Readonly<Record<string, boolean>>;
  readonly run: ShownRun;
  /** Of the run, as the host told it last. */
  readonly toldPhase: RunPhase;
  /** Latest last. */
  readonly revisions: readonly Revision[];
  readonly console: readonly ConsoleLine[];
  readonly bursts: readonly BurstState[];
  readonly deadLetters: DeadLetterSummary;
  /** The id of the launch of a plain function that was over last, in whatever window. */
  readonly lastLaunch: string;
  /** How far the comparison of two devices is; null where there was none. */
  readonly comparison: ComparisonState | null;
}

const KEPT_LINES = 5000;
const KEPT_REVISIONS = 500;
const KEPT_BURSTS = 20;

const idleRun: RunState = {
  runId: 0,
  phase: 'idle',
  device: { kind: 'cpu', description: '' },
  actors: [],
  channels: [],
  problems: [],
  isOutdated: false,
};

const noProject: ProjectState = {
  project: undefined,
  topologyPath: '',
  files: {},
  programs: {},
  problems: {},
  checking: {},
  run: idleRun,
  toldPhase: idleRun.phase,
  revisions: [],
  console: [],
  bursts: [],
  deadLetters: { total: 0, byReason: {}, latestSent: [] },
  lastLaunch: '',
  comparison: null,
};

export const useProject = create<ProjectState>()(() => noProject);

export function closeProject(): void {
  useProject.setState(noProject, true);
}

/** The person has read it; the host may know nothing of it. */
export function forgetLost(): void {
  useProject.setState(({ run: { lost: _, ...run } }) => ({ run }));
}

/** The host does not answer: what it told of the run may not be so any more. */
export function loseSight(): void {
  useProject.setState(({ run }) => ({ run: { ...run, phase: 'unknown' } }));
}

/** It answers again. A host that goes on has nothing new to tell; another one tells everything anew. */
export function regainSight(): void {
  useProject.setState(({ run, toldPhase }) => ({ run: { ...run, phase: toldPhase } }));
}

/** Takes up what the host tells. */
export function applyEvent(event: ProjectEvent): void {
  useProject.setState((state) => reduce(state, event));
}

export function reduce(state: ProjectState, event: ProjectEvent): Partial<ProjectState> {
  switch (event.type) {
    case 'snapshot': {
      const { files, ...snapshot } = event.snapshot;
      const run = withLoss(told(state), snapshot.run, Date.now());
      // A host that was started anew knows none of its dead letters.
      const isOfLost = run.lost !== undefined && run.key === state.run.key && snapshot.deadLetters.total === 0;
      const known = isOfLost ? { deadLetters: state.deadLetters } : {};
      const named = Object.fromEntries(files.map((file) => [file.path, file]));
      return { ...noProject, ...snapshot, files: named, run, toldPhase: run.phase, ...known };
    }
    case 'file':
      return { files: { ...state.files, [event.file.path]: event.file } };
    case 'file-removed':
      return {
        files: without(state.files, event.path),
        programs: without(state.programs, event.path),
        problems: without(state.problems, event.path),
      };
    case 'project':
      return { project: event.project };
    case 'program':
      return event.program === null
        ? { programs: without(state.programs, event.path) }
        : { programs: { ...state.programs, [event.path]: event.program } };
    case 'problems':
      return { problems: { ...state.problems, [event.path]: event.problems } };
    case 'checking':
      return { checking: { ...state.checking, [event.path]: event.isChecking } };
    case 'run': {
      const run = withLoss(told(state), event.run, Date.now());
      return { run, toldPhase: run.phase };
    }
    case 'revision':
      return { revisions: withRevision(state.revisions, event.revision) };
    case 'console':
      return { console: [...state.console, ...event.lines].slice(-KEPT_LINES) };
    case 'console-cleared':
      return { console: [] };
    case 'burst':
      return {
        bursts: [...state.bursts.filter(({ id }) => id !== event.burst.id), event.burst].slice(-KEPT_BURSTS),
      };
    case 'dead-letters':
      return { deadLetters: event.deadLetters };
    case 'launched':
      return { lastLaunch: event.launchId };
    case 'comparison':
      return { comparison: event.comparison };
    case 'notice':
      return {};
  }
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...rest } = record;
  return rest;
}

function withRevision(revisions: readonly Revision[], revision: Revision): readonly Revision[] {
  const index = revisions.findIndex(({ path, number }) => path === revision.path && number === revision.number);
  if (index === -1) return [...revisions, revision].slice(-KEPT_REVISIONS);
  return revisions.with(index, revision);
}

/** The run as the host told of it last, whether or not it answers now. */
function told({ run, toldPhase }: ProjectState): RunState {
  return { ...run, phase: toldPhase };
}
