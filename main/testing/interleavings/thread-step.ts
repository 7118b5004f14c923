/** What a thread sees of one step: the words that it loads, or nothing. */
export type Observed = number | readonly number[];

interface StepPlace {
  readonly address: number;
  readonly sizeBytes: number;
  /** Indices of the shared words that it touches. */
  readonly cells: readonly number[];
}

/** What a thread does next to memory that others touch too; the rest is its own business. */
export type ThreadStep =
  | (StepPlace & {
      readonly kind: 'load';
      readonly isAtomic: boolean;
      /** A plain access that may race. */
      readonly isRacing: boolean;
      /** Nobody else ever writes there. */
      readonly isOwn: boolean;
    })
  | (StepPlace & {
      readonly kind: 'store';
      readonly isAtomic: boolean;
      readonly isRacing: boolean;
      /** For each cell what is written, and which of its bits. */
      readonly values: readonly number[];
      readonly masks: readonly number[];
    })
  /** Reads and writes at once; what it writes follows from what it reads. */
  | (StepPlace & { readonly kind: 'update' })
  | (StepPlace & { readonly kind: 'wait'; readonly expected: number })
  | (StepPlace & { readonly kind: 'notify' })
  /** A turn of its loop is over. */
  | (StepPlace & { readonly kind: 'turn' });

/** Whether others may see, or be seen by, what lies before and behind the step as two moments. */
export function isVisible(step: ThreadStep): boolean {
  if (step.kind === 'load') return !step.isOwn && (step.isAtomic || step.isRacing);
  return step.kind !== 'store' || step.isAtomic || step.isRacing;
}
