import { StudioError } from '../../base/studio-error.ts';

/** Who starts again when a child fails: it alone, all children, or it and those after it in `children`. */
export type RestartStrategy = 'one-for-one' | 'one-for-all' | 'rest-for-one';

export interface BackoffOptions {
  /** Before the first restart of a child. Default 100. */
  readonly minMs?: number | undefined;
  /** Never longer, jitter included. Default 10,000, or `minMs` where that is more. */
  readonly maxMs?: number | undefined;
  /** Each further wait is so many times as long. Default 2. */
  readonly factor?: number | undefined;
  /** Part of a wait that chance adds or takes away, 0 to 1: children that fail together do not start together. Default 0.1. */
  readonly jitter?: number | undefined;
  /** A child that has run so long since its last restart begins with `minMs` again. Default 60,000. */
  readonly resetAfterMs?: number | undefined;
}

export interface SupervisorOptions {
  /** Unique among supervisors and actors. */
  readonly id: string;
  readonly strategy: RestartStrategy;
  /** Names of actors, whose instances are children each, and ids of supervisors. The order counts for `rest-for-one`. */
  readonly children: readonly string[];
  /** Restarts within `withinMs` that it takes; one more escalates. Default 3. 0: none. */
  readonly maxRestarts?: number | undefined;
  /** The window slides: it always ends now. Default 10,000. */
  readonly withinMs?: number | undefined;
  readonly backoff?: BackoffOptions | undefined;
  /** What a restarted actor begins with: `T{}`, or the state that its failed handler left behind. Default `reset`. */
  readonly state?: RestartedState | undefined;
}

export type RestartedState = 'reset' | 'keep';

export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
  readonly factor: number;
  readonly jitter: number;
  readonly resetAfterMs: number;
}

/** Options with defaults for what was left out. */
export interface SupervisorSpec extends Pick<SupervisorOptions, 'id' | 'strategy' | 'children'> {
  readonly maxRestarts: number;
  readonly withinMs: number;
  readonly state: RestartedState;
  readonly backoff: Backoff;
}

export const supervisorDefaults = {
  maxRestarts: 3,
  withinMs: 10_000,
  state: 'reset',
  backoff: { minMs: 100, maxMs: 10_000, factor: 2, jitter: 0.1, resetAfterMs: 60_000 },
} as const;

/** With defaults for what is left out. @throws StudioError `InvalidSupervisor` */
export function supervisorSpec(options: SupervisorOptions): SupervisorSpec {
  const { id, strategy, children, backoff = {} } = options;
  const defaults = supervisorDefaults;
  const spec: SupervisorSpec = {
    id,
    strategy,
    children,
    maxRestarts: options.maxRestarts ?? defaults.maxRestarts,
    withinMs: options.withinMs ?? defaults.withinMs,
    state: options.state ?? defaults.state,
    backoff: {
      minMs: backoff.minMs ?? defaults.backoff.minMs,
      maxMs: backoff.maxMs ?? Math.max(defaults.backoff.maxMs, backoff.minMs ?? 0),
      factor: backoff.factor ?? defaults.backoff.factor,
      jitter: backoff.jitter ?? defaults.backoff.jitter,
      resetAfterMs: backoff.resetAfterMs ?? defaults.backoff.resetAfterMs,
    },
  };
  const problem = problemOf(spec);
  if (problem === undefined) return spec;
  throw new StudioError('InvalidSupervisor', `supervisor '${spec.id}': ${problem}`, {
    tip: 'See the options of runtime.supervise.',
  });
}

function problemOf({ children, maxRestarts, withinMs, backoff }: SupervisorSpec): string | undefined {
  const { minMs, maxMs, factor, jitter, resetAfterMs } = backoff;
  if (children.length === 0) return 'it has no children.';
  if (!Number.isInteger(maxRestarts) || maxRestarts < 0) return `maxRestarts is ${maxRestarts}, not a whole number.`;
  if (!(withinMs > 0)) return `withinMs is ${withinMs}, not more than 0.`;
  if (!(minMs >= 0 && maxMs >= minMs)) return `backoff.minMs is ${minMs}, backoff.maxMs ${maxMs}: 0 ≤ min ≤ max.`;
  if (!(factor >= 1)) return `backoff.factor is ${factor}, less than 1.`;
  if (!(jitter >= 0 && jitter <= 1)) return `backoff.jitter is ${jitter}, not from 0 to 1.`;
  if (!(resetAfterMs >= 0)) return `backoff.resetAfterMs is ${resetAfterMs}, less than 0.`;
  return undefined;
}
