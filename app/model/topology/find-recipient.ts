import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import type { StructType } from '../message-type.ts';
import { type LinkedActor, linkActors, type Programs } from './linked-actor.ts';
import {
  actorSettings,
  channelEnds,
  type Topology,
  type TopologyActor,
  type TopologyChannel,
  type TopologyHost,
} from './topology.ts';

/** Where an injected message goes. */
export interface Recipient {
  readonly actor: TopologyActor;
  /** Of `id#instance`; without it the runtime chooses. */
  readonly instance?: number;
  readonly message: StructType;
}

export interface RecipientRequest {
  /** `id` or `id#instance`. */
  readonly to?: string | undefined;
  /** A message's name, with or without its namespaces. */
  readonly type?: string | undefined;
}

export type RecipientResult = { readonly recipient: Recipient } | { readonly problem: Problem };

type Failure = Pick<Problem, 'code' | 'message' | 'tip' | 'path'>;

/**
 * Finds who gets a message. Without `to` it is the only actor that can take it; of several, the only one that neither a
 * channel from another actor nor a topic leads to. Without `type` it is the only message that the actor handles.
 */
export function findRecipient(
  { topology, programs }: { readonly topology: Topology; readonly programs: Programs },
  request: RecipientRequest,
): RecipientResult {
  const actors = linkActors(topology, programs);
  const target = request.to === undefined ? chooseActor(topology, actors, request.type) : findActor(actors, request.to);
  if ('code' in target) return failure(target);
  const message = chooseMessage(target.linked, request.type);
  if ('code' in message) return failure(message);
  const { linked, ...instance } = target;
  return { recipient: { actor: linked.actor, ...instance, message } };
}

interface Target {
  readonly linked: LinkedActor;
  readonly instance?: number;
}

function findActor(actors: readonly LinkedActor[], to: string): Target | Failure {
  const [, id = to, digits] = /^(.*?)(?:#(\d+))?$/s.exec(to) ?? [];
  const linked = actors.find(({ actor }) => actor.id === id);
  if (linked === undefined) return unknownActor(id, actors, { path: 'to' });
  if (digits === undefined) return { linked };
  const { instances } = actorSettings(linked.actor);
  if (Number(digits) < instances) return { linked, instance: Number(digits) };
  const last = instances === 1 ? `only ${id}#0` : `${id}#0 to ${id}#${instances - 1}`;
  return { code: 'unknown-instance', message: `There is no actor '${to}'; there is ${last}.`, path: 'to' };
}

export function unknownActor(
  id: string,
  actors: readonly LinkedActor[],
  { path, hosts = [] }: { readonly path: string; readonly hosts?: readonly TopologyHost[] },
): Failure {
  const ids = [...actors.map(({ actor }) => actor.id), ...hosts.map((host) => host.id)];
  return {
    code: 'unknown-actor',
    message: `There is no actor '${id}'. Actors: ${ids.join(', ')}.`,
    path,
    ...suggestion(id, ids),
  };
}

function chooseActor(topology: Topology, actors: readonly LinkedActor[], type?: string): Target | Failure {
  const able = actors.filter(({ kernel }) => kernel?.handlers.some(({ message }) => isNamed(message, type)));
  const { channels = [], subscriptions = [], hosts = [] } = topology;
  const between = channels.filter(({ from }) => !hosts.some(({ id }) => from.startsWith(`${id}.`)));
  const isFed = (id: string): boolean =>
    between.some((channel) => leadsFromOthers(channel, id)) || subscriptions.some(({ to }) => to === id);
  const first = able.filter(({ actor: { id } }) => !isFed(id));
  const [chosen, ...others] = able.length === 1 ? able : first;
  if (chosen !== undefined && others.length === 0) return { linked: chosen };
  if (able.length === 0 && type !== undefined) {
    const known = [...new Set(actors.flatMap(handledNames))];
    return unknownType(type, { message: `No actor handles '${type}'. Handled: ${known.join(', ')}.`, known });
  }
  if (able.length === 0) return noRecipient(actors);
  const candidates = able.map((linked) => `${linked.actor.id} (${handledNames(linked).join(', ')})`);
  return {
    code: 'ambiguous-recipient',
    message: `It is not clear who gets the message: ${candidates.join(', ')}.`,
    tip: "Name the actor with 'to'.",
    path: 'to',
  };
}

function leadsFromOthers(channel: TopologyChannel, id: string): boolean {
  const { actorId, targetId } = channelEnds(channel);
  return targetId === id && actorId !== id;
}

function noRecipient(actors: readonly LinkedActor[]): Failure {
  const ids = actors.map(({ actor }) => actor.id).join(', ');
  const tip = 'Add a handler to a kernel: RING_ON(kernel, Message).';
  return { code: 'no-recipient', message: `No actor handles any message: ${ids}.`, tip, path: 'to' };
}

function chooseMessage(linked: LinkedActor, type?: string): StructType | Failure {
  const { actor, kernel } = linked;
  const known = handledNames(linked);
  const [chosen, ...others] = (kernel?.handlers ?? []).filter(({ message }) => isNamed(message, type));
  if (chosen !== undefined && others.length === 0) return chosen.message;
  if (type !== undefined) {
    return unknownType(type, {
      message: `'${actor.id}' handles no '${type}'. It handles: ${known.join(', ')}.`,
      known,
    });
  }
  const tip = "Name the message with 'type'.";
  const message = `'${actor.id}' handles several messages: ${known.join(', ')}.`;
  return { code: 'ambiguous-type', message, tip, path: 'type' };
}

function unknownType(type: string, { message, known }: { message: string; known: readonly string[] }): Failure {
  return { code: 'unknown-type', message, path: 'type', ...suggestion(type, known) };
}

function isNamed(message: StructType, name: string | undefined): boolean {
  return name === undefined || message.name === name || message.name.endsWith(`::${name}`);
}

function handledNames({ kernel }: LinkedActor): string[] {
  return kernel?.handlers.map(({ message }) => message.name) ?? [];
}

function failure(details: Failure): RecipientResult {
  return { problem: { severity: 'error', ...details } };
}
