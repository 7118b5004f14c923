import { StudioError } from '../base/studio-error.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { HostLane } from './host-lane.ts';
import type { RuntimePlatform } from './ports.ts';

export interface Patience {
  /** Without it: without end. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface RoomSurroundings {
  readonly platform: RuntimePlatform;
  readonly expectSignals: () => void;
}

/** Who waits, and for room in which of an instance's lanes. */
export interface RoomSought {
  readonly instance: ActorInstance;
  readonly lane: HostLane;
}

/**
 * Waits until `attempt` gives something, in order with others who wait for the same queue.
 *
 * @throws StudioError `SendTimeout`, `Aborted`, or what says that the actor takes no messages any more
 */
export function whenRoom<R>(
  { instance, lane }: RoomSought,
  attempt: () => R | undefined,
  { timeoutMs, signal, platform, expectSignals }: Patience & RoomSurroundings,
): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    let isSettled = false;
    const settle = (finish: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      timer?.[Symbol.dispose]();
      signal?.removeEventListener('abort', abort);
      finish();
    };
    const giveUp = (error: Error): void => {
      settle(() => {
        reject(error);
      });
      lane.senders.remove(sender);
    };
    const tryNow = (): boolean => {
      if (isSettled) return true;
      try {
        instance.checkAcceptsMessages();
        const result = attempt();
        if (result === undefined) return false;
        settle(() => {
          resolve(result);
        });
      } catch (caught) {
        const error = caught as Error;
        settle(() => {
          reject(error);
        });
      }
      return true;
    };
    const sender = { tryNow };
    const abort = (): void => {
      giveUp(new StudioError('Aborted', `sending to '${instance.label}' was aborted.`));
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : platform.after(timeoutMs, () => {
            giveUp(sendTimeout(instance, timeoutMs));
          });
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    lane.senders.add(sender);
    expectSignals();
  });
}

function sendTimeout(instance: ActorInstance, timeoutMs: number): StudioError {
  const message = `no room in the queue of '${instance.label}' within ${timeoutMs.toString()} ms.`;
  return new StudioError('SendTimeout', message, { tip: `It is ${instance.state}: does it keep up?` });
}
