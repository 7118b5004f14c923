import type { Problem } from '../base/studio-error.ts';
import type { Arena } from '../device/arena.ts';
import { explainDifference } from '../model/layout-text.ts';
import type { StructType } from '../model/message-type.ts';
import type { KernelInfo } from '../model/program.ts';
import type { DeviceKind } from '../device/device.ts';
import type { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { BrokenChannel } from './channels.ts';
import { HostActor } from './host-actors/host-actor.ts';
import { largestPayload } from './launch.ts';
import { sizeProblem } from './actor-size.ts';
import type { LoadedKernel } from './programs.ts';
import { portAt, typeIdAt, typeIdOf, undeliveredOf, untakenOf, waitingFor } from './queued.ts';

const RESET = "Undo the change, or reload with reset: 'incompatible'.";
const MIGRATE = "Undo the change, or reload with migrate: 'by-name' or reset: 'incompatible'.";

/** Whether changed states and messages are carried over. */
export type Carrying = 'as-they-are' | 'by-name';

/** Why the actor cannot go on with its state and its queues when it runs `code`, whatever lies in them. */
export function lastingObstacles(actor: Actor, code: LoadedKernel, carrying: Carrying): readonly Problem[] {
  const failed = actor.instances.filter(({ state, awaitsRestart }) => state === 'failed' && !awaitsRestart);
  return [
    ...failed.map(({ label, fault }) =>
      obstacle('actor-failed', `'${label}' has failed (${fault?.cause ?? 'unknown cause'}): it cannot go on.`, code),
    ),
    ...(carrying === 'by-name' ? [] : stateObstacles(actor, code)),
    ...sizeObstacles(actor, code),
  ];
}

/** No reset mends it: the size that the actor itself was launched with does not fit the new code. */
export function sizeObstacle({ name, sizes }: Actor, kernel: LoadedKernel, device: DeviceKind): readonly Problem[] {
  const problem = sizeProblem({ name, kernel, device, options: sizes });
  if (problem === undefined) return [];
  return [{ severity: 'error', code: 'launch-size', message: problem.message, tip: problem.tip }];
}

/** The same for what lies in its queues now. Nobody runs it. */
export function queueObstacles(arena: Arena, actor: Actor, code: LoadedKernel): readonly Problem[] {
  return actor.instances.flatMap((instance) => [
    ...waitingObstacles(arena, instance, code),
    ...senderObstacles(instance, code),
    ...sendingObstacles(arena, instance, { code, carrying: 'as-they-are' }),
  ]);
}

/** Those of them that a migration does not mend. */
export function migrationObstacles(arena: Arena, actor: Actor, code: LoadedKernel): readonly Problem[] {
  return actor.instances.flatMap((instance) => [
    ...senderObstacles(instance, code),
    ...sendingObstacles(arena, instance, { code, carrying: 'by-name' }),
  ]);
}

/** No reset mends these: the other end of the channel is wrong. */
export function channelProblem({ from, port, to, output, keyProblem }: BrokenChannel): Problem {
  const channel = `channel '${from.name}.${port}' → '${to.name}'`;
  const tip = 'Undo the change, reload both ends together, or remove one of them first.';
  const code = 'broken-channel';
  if (output === undefined || to instanceof HostActor)
    return { severity: 'error', code, tip, message: `${channel}: the new version has no output '${port}'.` };
  const { message, location } = output;
  if (keyProblem !== undefined)
    return { severity: 'error', code, tip, location, message: `${channel}: it is routed by a field. ${keyProblem}` };
  const namesake = to.kernel.handlers.find((handler) => handler.message.name === message.name)?.message;
  const differences = namesake === undefined ? '' : ` ${differencesOf(namesake, message)}`;
  const text = `${channel}: with the new version its receiver does not handle ${message.name}.${differences}`;
  return { severity: 'error', code, tip, location, message: text };
}

function stateObstacles({ name, kernel }: Actor, code: LoadedKernel): readonly Problem[] {
  const [running, next] = [kernel.state, code.info.state];
  if (running?.typeId === next?.typeId) return [];
  if (running === undefined || next === undefined) {
    const [having, lacking] = next === undefined ? ['running', 'new'] : ['new', 'running'];
    return [obstacle('state-layout', `'${name}' has a state in the ${having} version only, not the ${lacking}.`, code)];
  }
  const what =
    running.name === next.name
      ? `has another layout: ${differencesOf(running, next)}`
      : `is ${running.name} in the running version, ${next.name} in the new one.`;
  return [obstacle('state-layout', `state of '${name}' ${what}`, code)];
}

function sizeObstacles({ name, instances }: Actor, code: LoadedKernel): readonly Problem[] {
  const room = Math.min(...instances.map(({ memory }) => memory.payloadRoom));
  const needed = largestPayload(code);
  if (needed <= room) return [];
  const bytes = `${needed.toString()} bytes in the new version`;
  return [
    obstacle('message-size', `messages of '${name}' take up to ${bytes}; its queues hold ${room.toString()}.`, code),
  ];
}

function waitingObstacles(arena: Arena, instance: ActorInstance, code: LoadedKernel): readonly Problem[] {
  const removed = instance.kernel.handlers.map(({ message }) => message).filter((type) => !handles(code.info, type));
  if (removed.length === 0) return [];
  const { label } = instance;
  const inRings = waitingFor(arena, instance).map((slot) => typeIdAt(arena, slot));
  const waiting = [...inRings, ...instance.host.stagedBytes.map(typeIdOf)];
  return removed.flatMap((type) => {
    const count = waiting.filter((typeId) => typeId === type.typeId).length;
    if (count === 0) return [];
    const namesake = code.info.handlers.find(({ message }) => message.name === type.name)?.message;
    const what =
      namesake === undefined
        ? `'${label}' does not handle ${type.name} any more`
        : `${type.name} of '${label}' has another layout: ${differencesOf(type, namesake)}`;
    const text = `${what.replace(/\.$/, '')}; ${messages(count)} of it in the queues.`;
    return [obstacle('queued-message', text, code)];
  });
}

function senderObstacles({ label, host, kernel }: ActorInstance, code: LoadedKernel): readonly Problem[] {
  const removed = kernel.handlers.map(({ message }) => message).filter((type) => !handles(code.info, type));
  const senders = host.waitingSenders;
  if (senders === 0 || removed.length === 0) return [];
  const names = removed.map((type) => type.name).join(', ');
  const text = `'${label}' does not handle ${names} any more, while ${senders.toString()} senders wait for room.`;
  return [obstacle('queued-message', text, code)];
}

function sendingObstacles(
  arena: Arena,
  instance: ActorInstance,
  { code, carrying }: { readonly code: LoadedKernel; readonly carrying: Carrying },
): readonly Problem[] {
  const outbox = portCounts(arena, undeliveredOf(instance));
  const untaken = portCounts(arena, untakenOf(arena, instance));
  return instance.kernel.outputs.flatMap(({ name, index, message }) => {
    const next = code.info.outputs.find((output) => output.name === name);
    if (next?.message.typeId === message.typeId || (next !== undefined && carrying === 'by-name')) return [];
    // What the host has to take says its type itself; what lies in the outbox is for who expects the port's type.
    const count = (outbox.get(index) ?? 0) + (next === undefined ? (untaken.get(index) ?? 0) : 0);
    if (count === 0) return [];
    const what = next === undefined ? `is gone` : `is of another type`;
    const text = `output '${name}' of '${instance.label}' ${what}; ${messages(count)} of it to be taken.`;
    return [obstacle('queued-message', text, code)];
  });
}

function portCounts(arena: Arena, slots: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const slot of slots) {
    const port = portAt(arena, slot);
    if (port !== undefined) counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  return counts;
}

function messages(count: number): string {
  return count === 1 ? '1 message waits' : `${count.toString()} messages wait`;
}

function handles({ handlers }: KernelInfo, { typeId }: StructType): boolean {
  return handlers.some(({ message }) => message.typeId === typeId);
}

function differencesOf(running: StructType, next: StructType): string {
  const differences = explainDifference(
    { label: 'the running version', struct: running },
    { label: 'the new one', struct: next },
  );
  return differences.join(' ').replace(/^Only/, 'only');
}

function obstacle(code: string, message: string, { info }: LoadedKernel): Problem {
  const tip = code === 'state-layout' || code === 'queued-message' ? MIGRATE : RESET;
  return { severity: 'error', code, message, tip, location: info.location };
}
