import type { HostActorContext } from '../host-actor-definition.ts';

/** How many sends one turn of the event loop makes at most. */
const MOST_PER_TURN = 256;

export interface PaceOptions {
  /** Messages a second. Undefined: as fast as receivers take them. */
  readonly rateHz: number | undefined;
  /** Messages in all. */
  readonly count: number | undefined;
  /** Active time after which none is sent. */
  readonly durationMs: number | undefined;
}

/** How many messages the options mean in all; Infinity where only time, or nothing, ends them. */
export function totalCount({ rateHz, count = Infinity, durationMs = Infinity }: PaceOptions): number {
  if (rateHz === undefined || durationMs === Infinity) return count;
  return Math.min(count, Math.ceil((durationMs * rateHz) / 1000));
}

/**
 * Sends messages 0, 1, 2, …; message n at n / rate, or as soon after it as there is time and room. Times do not drift: who
 * is late catches up.
 */
export async function sendPaced(
  context: HostActorContext,
  options: PaceOptions,
  send: (index: number, timeMs: number) => Promise<void> | undefined,
): Promise<void> {
  const { rateHz, durationMs = Infinity } = options;
  const total = totalCount(options);
  const startMs = context.activeMs();
  let next = 0;
  while (next < total) {
    if (rateHz !== undefined) await context.sleepUntil(startMs + (next * 1000) / rateHz);
    const elapsedMs = context.activeMs() - startMs;
    if (rateHz === undefined && elapsedMs >= durationMs) return;
    const due = rateHz === undefined ? Infinity : Math.max(next + 1, Math.floor((elapsedMs * rateHz) / 1000) + 1);
    const timeMs = context.unixMs();
    for (const end = Math.min(due, total, next + MOST_PER_TURN); next < end; next++) {
      const sending = send(next, timeMs);
      if (sending !== undefined) await sending;
    }
    if (rateHz === undefined || next < due) await context.turn();
  }
}
