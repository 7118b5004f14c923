import { create } from 'zustand';

import type { JudgeInput } from '../../app/contract/comparison.ts';

/** How far a field's floats may lie apart, as it is typed. */
export interface ToleranceDraft {
  readonly id: number;
  readonly field: string;
  readonly absolute: string;
  readonly relative: string;
}

/** `topology`, `sent`, or the path of a file. */
export type MessageSource = string;

export interface CompareForm {
  /** Whose state this is; empty while no project is open. */
  readonly projectId: string;
  /** Undefined until the person chooses. */
  readonly source: MessageSource | undefined;
  /** Undefined: that of the device picker, else the first one. */
  readonly gpu: number | undefined;
  readonly tolerances: readonly ToleranceDraft[];
  readonly isUnordered: boolean;
  readonly hasPrints: boolean;
}

export const emptyCompareForm: CompareForm = {
  projectId: '',
  source: undefined,
  gpu: undefined,
  tolerances: [],
  isUnordered: false,
  hasPrints: false,
};

export const useCompareForm = create<CompareForm>()(() => emptyCompareForm);

export function addTolerance(draft: Omit<ToleranceDraft, 'id'>): void {
  useCompareForm.setState(({ tolerances }) => {
    const id = Math.max(0, ...tolerances.map((each) => each.id)) + 1;
    return { tolerances: [...tolerances, { ...draft, id }] };
  });
}

export function changeTolerance(id: number, change: Partial<ToleranceDraft>): void {
  useCompareForm.setState(({ tolerances }) => ({
    tolerances: tolerances.map((each) => (each.id === id ? { ...each, ...change } : each)),
  }));
}

export function removeTolerance(id: number): void {
  useCompareForm.setState(({ tolerances }) => ({ tolerances: tolerances.filter((each) => each.id !== id) }));
}

/** Lets the field's floats lie so far apart, whatever it allowed before. */
export function allow(field: string, absolute: string): void {
  const known = useCompareForm.getState().tolerances.find((each) => each.field.trim() === field);
  if (known === undefined) addTolerance({ field, absolute, relative: '' });
  else changeTolerance(known.id, { absolute });
}

/** What is wrong with a limit as it is typed; undefined where it is empty, or a number that may be. */
export function limitProblem(text: string): string | undefined {
  const limit = Number(text);
  return text.trim() === '' || (Number.isFinite(limit) && limit >= 0) ? undefined : 'A number from 0 on, such as 1e-5.';
}

/** Those that can be judged by; what is still being typed is left out. */
export function readyTolerances(drafts: readonly ToleranceDraft[]): JudgeInput['tolerances'] {
  return drafts.flatMap(({ field, absolute, relative }) => {
    const isReady = field.trim() !== '' && [absolute, relative].every((text) => limitProblem(text) === undefined);
    return isReady ? [{ field: field.trim(), absolute: Number(absolute), relative: Number(relative) }] : [];
  });
}
