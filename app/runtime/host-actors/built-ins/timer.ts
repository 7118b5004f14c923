import { hostOutput } from '../../../model/topology/host-schema.ts';
import type { HostActorContext, HostActorDefinition } from '../host-actor-definition.ts';
import { checkNumbers } from './check-options.ts';
import { makerOf, receivedType } from './template-of.ts';

export interface TimerOptions {
  readonly periodMs: number;
  /** Before the first message. Default 0. */
  readonly delayMs?: number | undefined;
  /** Messages in all. Default: without end. */
  readonly count?: number | undefined;
  /** `"{sequence}"` and `"{timeMs}"` stand for numbers. */
  readonly message?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Sends a message at delay, delay + period, delay + 2 · period, … of its active time. A time at which the message before
 * still waits for room, or that passes unseen, is missed: counted as `missed`, not made up for.
 *
 * @throws StudioError `InvalidLaunch`
 */
export function timer(options: TimerOptions): HostActorDefinition {
  checkNumbers('timer', options, ['periodMs', 'delayMs', 'count']);
  return { name: 'timer', outputs: [hostOutput], run: (context) => tickAll(options, context) };
}

async function tickAll({ periodMs, delayMs = 0, count = Infinity, message }: TimerOptions, context: HostActorContext) {
  const make = makerOf(receivedType(context), message);
  let tick = 0;
  for (let sequence = 0; sequence < count; sequence++) {
    await context.sleepUntil(delayMs + tick * periodMs);
    const latest = Math.max(tick, Math.floor((context.activeMs() - delayMs) / periodMs));
    if (latest > tick) context.count('missed', latest - tick);
    await context.emit(hostOutput, make({ sequence, timeMs: context.unixMs() }));
    tick = latest + 1;
  }
}
