import type { RunObservation } from '../metrics/host-metrics.ts';

export interface RuntimeSettings {
  readonly workers?: number;
  readonly arenaBytes?: number;
  readonly handlerBudgetMs?: number;
  /** Asked once for each run. */
  readonly observe?: () => RunObservation;
}
