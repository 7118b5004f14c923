import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import type { StructType } from '../message-type.ts';
import type { LinkedActor } from './linked-actor.ts';
import { channelEnds, type Routing, type Topology, type TopologyHost } from './topology.ts';

// Which message a host actor sends: the one it names, else the only one that its receivers take.

export type SourceHost = Exclude<TopologyHost, { host: 'sink' }>;

export interface Surroundings {
  readonly topology: Topology;
  readonly actors: readonly LinkedActor[];
}

type Details = Pick<Problem, 'code' | 'message' | 'tip'>;

/** One of its channels, as far as its receiver is compiled. */
interface Receiver {
  readonly id: string;
  readonly routing: Routing | undefined;
  /** Index of the channel. */
  readonly channel: number;
  readonly result: { readonly type: StructType } | { readonly problem: Details };
}

export function receiversOf({ id, type }: SourceHost, { topology, actors }: Surroundings): readonly Receiver[] {
  return (topology.channels ?? []).flatMap((entry, channel): readonly Receiver[] => {
    const { actorId, targetId } = channelEnds(entry);
    const receiver = actorId === id ? actors.find(({ actor }) => actor.id === targetId) : undefined;
    const result = receiver && typeFor(receiver, type);
    return result === undefined ? [] : [{ id: targetId, routing: entry.routing, channel, result }];
  });
}

/** What it sends; undefined where that is not known, or where its receivers do not agree. */
export function messageOfHost(host: SourceHost, surroundings: Surroundings): StructType | undefined {
  return agreedMessage(receiversOf(host, surroundings));
}

/** The one type that its receivers get, as far as they are compiled. */
export function agreedMessage(receivers: readonly Receiver[]): StructType | undefined {
  const [first, second] = typesOf(receivers);
  return second === undefined ? first?.type : undefined;
}

interface SentType {
  readonly to: string;
  readonly type: StructType;
}

/** Each type once, with one who gets it. */
function typesOf(receivers: readonly Receiver[]): readonly SentType[] {
  const types = receivers.flatMap(({ id, result }): [number, SentType][] =>
    'type' in result ? [[result.type.typeId, { to: id, type: result.type }]] : [],
  );
  return [...new Map(types).values()];
}

/** The types that all of its receivers handle: those that it can be told to send. */
export function possibleMessages({ id }: SourceHost, { topology, actors }: Surroundings): readonly StructType[] {
  const targets = (topology.channels ?? []).map(channelEnds).filter(({ actorId }) => actorId === id);
  const [first, ...others] = targets.flatMap(({ targetId }) => {
    const kernel = actors.find(({ actor }) => actor.id === targetId)?.kernel;
    return kernel === undefined ? [] : [kernel.handlers.map(({ message }) => message)];
  });
  const isEverywhere = ({ typeId }: StructType): boolean =>
    others.every((types) => types.some((type) => type.typeId === typeId));
  return (first ?? []).filter(isEverywhere);
}

/** Two receivers of it that would get different types. */
export function typeConflict({ id }: SourceHost, receivers: readonly Receiver[]): Details | undefined {
  const [first, second] = typesOf(receivers);
  if (first === undefined || second === undefined) return undefined;
  const message = `'${id}' would send ${first.type.name} to '${first.to}' and ${second.type.name} to '${second.to}'.`;
  return { code: 'type-mismatch', message, tip: 'Use a host actor for each type.' };
}

function typeFor({ actor, kernel }: LinkedActor, wanted: string | undefined): Receiver['result'] | undefined {
  if (kernel === undefined) return undefined;
  const types = kernel.handlers.map(({ message }) => message);
  const names = types.map(({ name }) => name);
  const known = names.length === 0 ? 'nothing' : names.join(', ');
  const [only] = types;
  if (wanted === undefined) {
    if (only !== undefined && types.length === 1) return { type: only };
    const message = `'${actor.id}' handles ${names.length === 0 ? 'no messages' : `several messages: ${known}`}.`;
    return { problem: { code: 'ambiguous-type', message, tip: `Name the message with "type".` } };
  }
  const type = types.find(({ name }) => name === wanted) ?? types.find(({ name }) => name.endsWith(`::${wanted}`));
  if (type !== undefined) return { type };
  const message = `'${actor.id}' handles no '${wanted}'. It handles: ${known}.`;
  return { problem: { code: 'unknown-type', message, ...suggestion(wanted, names) } };
}
