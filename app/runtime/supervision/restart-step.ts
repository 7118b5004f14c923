import type { Arena } from '../../device/arena.ts';
import type { Device } from '../../device/device.ts';
import type { ActorDirectory } from '../actor-directory.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { Lifetime } from '../lifetime.ts';
import type { RuntimePlatform } from '../ports.ts';
import { placementOf } from '../runtime-parts.ts';
import { hasSoundRings, revive } from './revive.ts';
import type { RestartedState } from './supervisor-spec.ts';

export interface RestartSurroundings {
  readonly device: Device;
  readonly platform: RuntimePlatform;
  readonly lifetime: Lifetime;
  readonly directory: ActorDirectory;
}

interface Restart {
  /** Who starts again, as things stand: asked at each attempt. */
  readonly instances: () => readonly ActorInstance[];
  readonly state: RestartedState;
  /** They have begun again; called while nobody runs them. */
  readonly onDone: (instances: readonly ActorInstance[]) => void;
}

/** How long one attempt waits for handlers that run on the same workers. */
const ATTEMPT_MS = 5000;
const TURN_MS = 1;

/**
 * Has instances begin again, all in one moment. Waits as long as the device needs.
 *
 * @returns `corrupted` with the one whose rings cannot be relied on: then nothing is changed
 */
export async function restartInstances(
  { instances, state, onDone }: Restart,
  { device, platform, lifetime, directory }: RestartSurroundings,
): Promise<{ readonly kind: 'done' } | { readonly kind: 'corrupted'; readonly instance: ActorInstance }> {
  for (;;) {
    const chosen = instances();
    if (chosen.length === 0) return { kind: 'done' };
    const corrupted = chosen.find((instance) => !hasSoundRings(device.arena, instance));
    if (corrupted !== undefined) return { kind: 'corrupted', instance: corrupted };
    const swap = (): boolean => {
      if (lifetime.isOver || !isSame(chosen, instances())) return false;
      if (chosen.some(({ hasUntoldEnd }) => hasUntoldEnd)) return false;
      reviveAll(device.arena, chosen, state);
      onDone(chosen);
      return true;
    };
    const replacement = { swap, isExclusive: false, timeoutMs: ATTEMPT_MS };
    const { kind } = await lifetime.race(device.replace(chosen.map(placementOf), replacement));
    if (kind === 'replaced') {
      for (const { memory } of chosen) {
        // Senders may wait for the slot of the message that is gone.
        for (const ring of [memory.inbox, memory.inboxUrgent]) directory.waiters.wake(ring);
        device.wake(memory.address);
      }
      return { kind: 'done' };
    }
    await lifetime.race(device.settled()); // faults that the host has not been told have arrived by then
    device.poll();
    await lifetime.race(new Promise<void>((resolve) => void platform.after(TURN_MS, resolve)));
  }
}

function reviveAll(arena: Arena, instances: readonly ActorInstance[], state: RestartedState): void {
  for (const instance of instances) revive(arena, instance, state);
}

function isSame(before: readonly ActorInstance[], now: readonly ActorInstance[]): boolean {
  return before.length === now.length && before.every((instance, index) => instance === now[index]);
}
