/** `inactive`: launched, deactivated, failed or ended, so that nothing is expected of it. */
export type HealthState = 'healthy' | 'slow' | 'stuck' | 'blocked' | 'deadlocked' | 'inactive';

/**
 * `handler`: one handler runs for long; `falling-behind`: messages wait longer and longer although it handles some;
 * `not-run`: messages wait and its worker does not come to it.
 */
export type HealthReason = 'handler' | 'falling-behind' | 'not-run';

export interface HealthLimits {
  /** A handler that runs so long, or messages that wait so long, are slow. Default 250. */
  readonly slowMs: number;
  /** No progress for so long, with something to do, is stuck. Default 1,000. */
  readonly stuckMs: number;
}

/** What one look finds of an instance. */
export interface Sighting {
  readonly atMs: number;
  readonly isActive: boolean;
  /** Messages wait, or it is in a handler, or it has something to send. */
  readonly hasWork: boolean;
  readonly isHandling: boolean;
  /** It waits for room somewhere. */
  readonly isBlocked: boolean;
  readonly isDeadlocked: boolean;
  /** Changes whenever it has handled or sent something. */
  readonly progress: number;
  /** How long its oldest message has been waiting; 0 when none waits. */
  readonly queueAgeMs: number;
}

/** What is remembered of an instance from look to look. */
export interface Memory {
  readonly progress: number;
  /** When it last moved, or had nothing to do. */
  readonly movedAtMs: number;
  readonly isBlocked: boolean;
  readonly queueAgeMs: number;
  /** Looks in a row at which the oldest message had been waiting longer than at the look before. */
  readonly ageings: number;
}

export interface Judgement {
  readonly state: HealthState;
  readonly reason: HealthReason | undefined;
  /** How long it has not moved; 0 for one that moves or has nothing to do. */
  readonly stillMs: number;
}

/** So many looks in a row make a trend. */
const TREND = 3;

/** A pure function of what is seen and what was seen before: the device's counters, read from outside. */
export function judgeHealth(
  seen: Sighting,
  memory: Memory | undefined,
  limits: HealthLimits,
): { readonly judgement: Judgement; readonly memory: Memory } {
  const { atMs, progress, isBlocked, queueAgeMs } = seen;
  const hasMoved = memory === undefined || !seen.isActive || !seen.hasWork || progress !== memory.progress;
  const movedAtMs = hasMoved ? atMs : memory.movedAtMs;
  const isAgeing = memory !== undefined && seen.isActive && queueAgeMs > memory.queueAgeMs;
  const next = { progress, movedAtMs, isBlocked, queueAgeMs, ageings: isAgeing ? memory.ageings + 1 : 0 };
  const stillMs = atMs - movedAtMs;
  const wasBlocked = memory?.isBlocked === true;
  const verdict = (state: HealthState, reason?: HealthReason) => ({
    judgement: { state, reason, stillMs },
    memory: next,
  });
  if (!seen.isActive) return verdict('inactive');
  if (seen.isDeadlocked) return verdict('deadlocked');
  // Full queues are everyday life: only one that has not moved since the last look waits in earnest.
  if (isBlocked && wasBlocked && !hasMoved) return verdict('blocked');
  const reason = seen.isHandling ? 'handler' : 'not-run';
  if (stillMs >= limits.stuckMs) return verdict('stuck', reason);
  if (stillMs >= limits.slowMs) return verdict('slow', reason);
  if (queueAgeMs >= limits.slowMs && next.ageings >= TREND) return verdict('slow', 'falling-behind');
  return verdict('healthy');
}
