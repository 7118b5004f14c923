import type { ActorCare } from '../../../app/contract/run.ts';
import type { ActorHealth } from '../../../app/runtime/health/health-monitor.ts';
import type { HealthState } from '../../../app/runtime/health/judge-health.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';

/** Worst last. */
const ORDER: readonly HealthState[] = ['inactive', 'healthy', 'slow', 'blocked', 'stuck', 'deadlocked'];

/** What supervisors and the watch over their health say of actors, by name. Changes only when something is news. */
export function careOf({ supervision, health }: RingKernelRuntime): ReadonlyMap<string, ActorCare> {
  const care = new Map<string, ActorCare>();
  for (const one of health.states()) {
    const name = nameOf(one.actor);
    const known = care.get(name)?.health;
    if (known === undefined || isWorse(one, known.state)) care.set(name, { health: healthRow(one) });
  }
  for (const { actor, supervisor, restarts, restartsAtMs, hasEnded } of supervision.status().actors) {
    const name = nameOf(actor);
    const { supervision: known, ...rest } = care.get(name) ?? {};
    const nextMs = [known?.restartsAtMs, restartsAtMs].filter((timeMs) => timeMs !== undefined);
    care.set(name, {
      ...rest,
      supervision: {
        supervisor,
        restarts: restarts + (known?.restarts ?? 0),
        hasEnded: hasEnded || known?.hasEnded === true,
        ...(nextMs.length > 0 && { restartsAtMs: Math.min(...nextMs) }),
      },
    });
  }
  return care;
}

function healthRow({ actor, state, reason, blockedBy }: ActorHealth): NonNullable<ActorCare['health']> {
  return {
    state,
    instance: Number(actor.slice(actor.lastIndexOf('#') + 1)),
    ...(reason !== undefined && { reason }),
    ...(blockedBy !== undefined && { blockedBy }),
  };
}

function isWorse({ state }: ActorHealth, than: HealthState): boolean {
  return ORDER.indexOf(state) > ORDER.indexOf(than);
}

function nameOf(label: string): string {
  return label.slice(0, label.lastIndexOf('#'));
}
