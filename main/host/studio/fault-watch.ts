import { deadlockText, deadlockTip } from '../../../app/runtime/health/deadlock.ts';
import type { ActorHealth } from '../../../app/runtime/health/health-monitor.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { EscalationFact } from '../../../app/runtime/supervision/supervision.ts';
import type { ConsoleLog } from './console-log.ts';

/** Tells the console what actors print, of restarts, of groups that end, of actors that are stuck and of deadlocks. */
export function watchFaults(runtime: RingKernelRuntime, console: ConsoleLog, onRestarted: () => void): Disposable {
  const { supervision, health } = runtime;
  const subscriptions = [
    runtime.onDidPrint.on((printed) => {
      console.print(printed);
    }),
    supervision.onDidRestart.on(({ supervisor, instances, failed }) => {
      const others = instances.filter((label) => label !== failed);
      const more = others.length === 0 ? '' : ` with ${others.join(', ')}`;
      console.note('warning', `restarted${more} by supervisor '${supervisor}'`, failed);
      onRestarted();
    }),
    supervision.onDidEscalate.on((fact) => {
      console.note('error', escalationText(fact), fact.instance);
    }),
    health.onDidDeadlock.on((deadlock) => {
      console.note('error', `deadlock: ${deadlockText(deadlock)}. ${deadlockTip}`, deadlock.members[0]?.actor);
    }),
    health.onDidChange.on(({ from, to }) => {
      if (to.state === 'stuck') console.note('warning', stuckText(to), to.actor);
      else if (from === 'stuck' && to.state === 'healthy') console.note('info', 'moves again', to.actor);
    }),
  ];
  health.start();
  return {
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    },
  };
}

function escalationText({ supervisor, parent, reason }: EscalationFact): string {
  const why = {
    'too-many-restarts': 'it failed too often',
    corrupted: 'its memory cannot be relied on',
    'restart-failed': 'there was no memory for its restart',
  }[reason];
  if (parent !== undefined) return `supervisor '${supervisor}' gave up (${why}); '${parent}' starts its group again`;
  return `supervisor '${supervisor}' gave up (${why}): its group has ended`;
}

function stuckText({ reason, stillMs, depth }: ActorHealth): string {
  const forMs = `for ${Math.round(stillMs).toString()} ms`;
  const waiting = depth === 1 ? '1 message waits' : `${depth.toString()} messages wait`;
  return reason === 'handler' ? `stuck: in one handler ${forMs}; ${waiting}` : `stuck: not run ${forMs}; ${waiting}`;
}
