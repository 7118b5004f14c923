import { ACTOR, PHASE, RING } from '../../../app/abi/arena-layout.ts';
import type { ActorInstance } from '../../../app/runtime/actor-instance.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { Terminal } from '../terminal.ts';
import { amount } from './failure-report.ts';
import type { MessageSender } from '../../host/batch/message-sender.ts';

interface Work {
  readonly atWork: string;
  readonly state: string;
  readonly handling: boolean;
  /** Messages that wait for it, and messages that it could not deliver yet. */
  readonly queued: number;
  readonly unsent: number;
  /** `host` when it waits for its outputs to be read. */
  readonly blockedOn: string | undefined;
}

const MOST_LINES = 50;

export interface Sending {
  readonly sender: MessageSender | undefined;
  /** Not everything that is to be sent has been read. */
  readonly isInputOpen: boolean;
}

/** Writes who is still at work, a line each; returns it in words, for an error. */
export function reportStillRunning(
  runtime: RingKernelRuntime,
  terminal: Terminal,
  { sender, isInputOpen }: Sending,
): string {
  const instances = runtime.actors.flatMap((actor) => actor.instances);
  const labels = new Map(instances.map(({ id, label }) => [id, label]));
  const working = instances.map((instance) => workOf(instance, runtime, labels)).filter(isAtWork);
  for (const work of working.slice(0, MOST_LINES)) terminal.note(JSON.stringify(work));
  const sending = runtime.hostActors.filter(({ isIdle }) => !isIdle).map((host) => ({ host, ...host.counters() }));
  for (const { host, sent, depth } of sending)
    terminal.note(JSON.stringify({ atWork: host.name, host: true, state: host.state, sent, queued: depth }));
  const shown = [
    ...working.slice(0, 5).map(inWords),
    ...sending.map(({ host, sent }) => `${host.name} (${sent} sent)`),
  ];
  if (working.length > 5) shown.push(`and ${working.length - 5} more`);
  if (sender?.waitingFor !== undefined)
    shown.push(
      `input was still being sent (${amount(sender.sent, 'message', 'messages') || 'none'} so far, next to '${sender.waitingFor}')`,
    );
  if (shown.length > 0) return `still going on: ${shown.join(', ')}`;
  return isInputOpen ? 'nothing was going on but waiting for input' : 'no actor had anything left to do';
}

function workOf(instance: ActorInstance, runtime: RingKernelRuntime, labels: ReadonlyMap<number, string>): Work {
  const ring = instance.word(ACTOR.waitingOn);
  const owner = ring === 0 ? undefined : runtime.device.arena.u32[(ring + RING.owner) >>> 2]!;
  return {
    atWork: instance.label,
    state: instance.state,
    handling: instance.state === 'active' && instance.word(ACTOR.phase) === PHASE.handling,
    queued: instance.depth,
    unsent: instance.outboxDepth,
    blockedOn: owner === undefined ? undefined : owner === 0 ? 'host' : (labels.get(owner) ?? `actor ${owner}`),
  };
}

function isAtWork({ state, handling, queued, unsent, blockedOn }: Work): boolean {
  if (state !== 'active') return false;
  return handling || queued > 0 || unsent > 0 || blockedOn !== undefined;
}

function inWords({ atWork, handling, queued, blockedOn }: Work): string {
  const facts = [
    handling ? 'in a handler' : '',
    queued === 0 ? '' : `${queued} queued`,
    blockedOn === undefined ? '' : `blocked on ${blockedOn}`,
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? atWork : `${atWork} (${facts.join(', ')})`;
}
