import { create } from 'zustand';

import type { Problem } from '../../app/base/studio-error.ts';
import type { ComparisonView } from '../../app/contract/comparison.ts';
import type { Failure } from '../bridge/failure.ts';

/** Why nothing was compared. */
export type Refusal =
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'failure'; readonly failure: Failure };

interface ComparisonShown {
  readonly projectId: string;
  /** The comparison that this window has asked for and that is not over. */
  readonly running: string | undefined;
  readonly refused: Refusal | undefined;
  /** The latest one, from whichever window. */
  readonly view: ComparisonView | undefined;
  /** Why it could not be judged by what the form says: `view` is as it was judged before. */
  readonly judging: Failure | undefined;
  /** The place of the difference that is shown in full. */
  readonly selected: number | undefined;
}

export const nothingCompared: ComparisonShown = {
  projectId: '',
  running: undefined,
  refused: undefined,
  view: undefined,
  judging: undefined,
  selected: undefined,
};

export const useComparison = create<ComparisonShown>()(() => nothingCompared);
