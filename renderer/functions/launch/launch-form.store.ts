import { create } from 'zustand';

import type { FunctionInfo, FunctionParameter } from '../../../app/model/program.ts';
import type { ProjectState } from '../../stores/project.store.ts';
import type { ArgumentDraft } from './argument-text.ts';
import { argumentOf, freshLaunch, type LaunchDraft } from './launch-draft.ts';

/** A launch that is under way. */
export interface Running {
  readonly launchId: string;
  readonly path: string;
  readonly functionName: string;
  readonly startedAtMs: number;
  readonly timeLimitMs: number;
}

export interface LaunchFormState {
  readonly projectId: string;
  /** The function that is shown. */
  readonly path: string | undefined;
  readonly functionName: string;
  /** By `draftKey`. */
  readonly drafts: Readonly<Record<string, LaunchDraft>>;
  readonly running: Running | undefined;
}

export const emptyForm: LaunchFormState = {
  projectId: '',
  path: undefined,
  functionName: '',
  drafts: {},
  running: undefined,
};

export const useLaunchForm = create<LaunchFormState>()(() => emptyForm);

/** A function that can be launched, and where it is. */
export interface Launchable {
  readonly path: string;
  readonly info: FunctionInfo;
}

export function launchables(programs: ProjectState['programs']): readonly Launchable[] {
  return Object.keys(programs)
    .sort()
    .flatMap((path) => programs[path]!.functions.map((info) => ({ path, info })));
}

/** The function that is shown: what was chosen, as long as it is there; else the first. */
export function shownLaunchable(
  all: readonly Launchable[],
  { path, functionName }: Pick<LaunchFormState, 'path' | 'functionName'>,
): Launchable | undefined {
  const chosen = all.find((one) => one.path === path && one.info.name === functionName);
  // A file that does not compile for a moment takes its functions away and brings them back.
  return chosen ?? all.find((one) => one.path === path) ?? all[0];
}

export function draftKey({ path, info }: Launchable): string {
  return `${path} ${info.name}`;
}

export function draftOf({ drafts }: Pick<LaunchFormState, 'drafts'>, shown: Launchable): LaunchDraft {
  return { ...freshLaunch, ...drafts[draftKey(shown)] };
}

export function changeDraft(shown: Launchable, change: Partial<LaunchDraft>): void {
  useLaunchForm.setState((state) => ({
    drafts: { ...state.drafts, [draftKey(shown)]: { ...draftOf(state, shown), ...change } },
  }));
}

export function changeArgument(shown: Launchable, parameter: FunctionParameter, change: Partial<ArgumentDraft>): void {
  const draft = draftOf(useLaunchForm.getState(), shown);
  const argument = { ...argumentOf(draft, parameter), ...change };
  changeDraft(shown, { args: { ...draft.args, [parameter.name]: argument } });
}

export function changeSymbol(shown: Launchable, name: string, text: string): void {
  const { symbols } = draftOf(useLaunchForm.getState(), shown);
  changeDraft(shown, { symbols: { ...symbols, [name]: text } });
}

export function chooseFunction(path: string, functionName: string): void {
  useLaunchForm.setState({ path, functionName });
}
