import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { MessageSender } from './message-sender.ts';

const LOOK_EVERY_MS = 100;
/** Looks in a row: a queue that moves again in between is not hopeless. */
const LOOKS = 3;

/**
 * Calls `onHopeless` once when the input waits for room with an actor that is deadlocked, or that waits for one that is:
 * there will be none.
 */
export function watchForHopelessInput(
  runtime: RingKernelRuntime,
  sender: () => MessageSender | undefined,
  onHopeless: () => void,
): Disposable {
  let [sent, looks] = [-1, 0];
  const timer = setInterval(() => {
    const { waitingFor, sent: count } = sender() ?? {};
    const isStill = waitingFor !== undefined && count === sent && isBehindDeadlock(runtime, waitingFor);
    looks = isStill ? looks + 1 : 0;
    sent = count ?? -1;
    if (looks === LOOKS) onHopeless();
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
}

/** `actor` is one instance, or an actor all of whose instances count. */
function isBehindDeadlock(runtime: RingKernelRuntime, actor: string): boolean {
  const states = new Map(runtime.health.states().map((health) => [health.actor, health]));
  const own = [...states.keys()].filter((label) => label === actor || label.slice(0, label.lastIndexOf('#')) === actor);
  const isStuck = (label: string): boolean => {
    const seen = new Set<string>();
    for (let at = states.get(label); at !== undefined && !seen.has(at.actor); at = states.get(at.blockedBy ?? '')) {
      if (at.state === 'deadlocked') return true;
      seen.add(at.actor);
    }
    return false;
  };
  return own.length > 0 && own.every(isStuck);
}
