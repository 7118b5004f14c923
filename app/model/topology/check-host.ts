import { seededRandom } from '../../base/seeded-random.ts';
import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import { distributionFills } from '../host-message/distribution-fills.ts';
import { messageTemplate } from '../host-message/message-template.ts';
import type { StructType } from '../message-type.ts';
import { checkKey } from './check-key.ts';
import { hostOutput } from './host-schema.ts';
import type { LinkedActor } from './linked-actor.ts';
import { channelEnds, type Topology, type TopologyHost } from './topology.ts';

interface Surroundings {
  readonly topology: Topology;
  readonly actors: readonly LinkedActor[];
}

type Details = Pick<Problem, 'code' | 'message' | 'tip'>;

/** What is wrong with the host actors of a topology, as far as it is known what its sources hold. */
export function checkHosts(surroundings: Surroundings): Problem[] {
  const { hosts = [] } = surroundings.topology;
  return hosts.flatMap((host, index) => {
    const path = `hosts[${index}]`;
    const problems = host.host === 'sink' ? checkSink(host, surroundings, path) : checkSource(host, surroundings, path);
    return [...problems, ...checkFile(hosts, index)];
  });
}

/** Types that a host actor's receivers take from it: those that are named, or the only one. */
function checkSource(host: Source, { topology, actors }: Surroundings, path: string): Problem[] {
  const channels = (topology.channels ?? []).map((channel, index) => ({ ...channel, ...channelEnds(channel), index }));
  const targets = channels.filter(({ actorId }) => actorId === host.id);
  if (targets.length === 0) {
    const message = `'${host.id}' leads nowhere.`;
    const tip = `Add a channel from "${host.id}.${hostOutput}" to an actor.`;
    return [error(path, { code: 'not-connected', message, tip })];
  }
  const receivers = targets.flatMap(({ targetId, routing, index }) =>
    actors.filter(({ actor }) => actor.id === targetId).map((receiver) => ({ receiver, routing, index })),
  );
  const problems: Problem[] = [];
  const types = new Map<number, { readonly type: StructType; readonly id: string }>();
  for (const { receiver, routing, index } of receivers) {
    const found = typeFor(receiver, host.type);
    if (found === undefined) continue;
    if ('problem' in found) problems.push(error(host.type === undefined ? path : `${path}.type`, found.problem));
    else {
      types.set(found.type.typeId, { type: found.type, id: receiver.actor.id });
      problems.push(...checkKey(routing, found.type, `channels[${index}]`));
    }
  }
  const [first, second] = [...types.values()];
  if (first !== undefined && second !== undefined) {
    const message = `'${host.id}' would send ${first.type.name} to '${first.id}' and ${second.type.name} to '${second.id}'.`;
    problems.push(error(path, { code: 'type-mismatch', message, tip: 'Use a host actor for each type.' }));
  } else if (first !== undefined) problems.push(...checkContents(host, first.type, path));
  return problems;
}

type Source = Exclude<TopologyHost, { host: 'sink' }>;

function typeFor(
  { actor, kernel }: LinkedActor,
  wanted: string | undefined,
): { readonly type: StructType } | { readonly problem: Details } | undefined {
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

function checkContents(host: Source, type: StructType, path: string): Problem[] {
  if (host.host === 'replay') return checkReplay(host, path);
  const fields = host.host === 'generator' ? (host.fields ?? {}) : {};
  const { fills, problems } = distributionFills(type, fields, seededRandom(0));
  const template = messageTemplate({ type, message: host.message ?? {}, fills });
  const isNew = (problem: Problem): boolean => problems.every(({ path: known }) => known !== problem.path);
  const found = 'problems' in template ? [...problems, ...template.problems.filter(isNew)] : problems;
  return found.map((problem) => ({ ...problem, path: `${path}.${problem.path ?? 'message'}` }));
}

function checkReplay(host: Extract<TopologyHost, { host: 'replay' }>, path: string): Problem[] {
  const problems: Problem[] = [];
  if (host.rateHz !== undefined && host.timeField !== undefined) {
    const message = `'${host.id}' has both a rate and a field that gives the pace.`;
    problems.push(error(`${path}.rateHz`, { code: 'contradiction', message, tip: 'Leave one of them out.' }));
  }
  if (host.speed !== undefined && host.timeField === undefined) {
    const message = `"speed" of '${host.id}' says how much faster than "timeField", which is missing.`;
    problems.push(error(`${path}.speed`, { code: 'contradiction', message, tip: 'Set "timeField", or "rateHz".' }));
  }
  return [...problems, ...checkContentOption(host, path)];
}

type FileHost = Extract<TopologyHost, { file: string }>;

function checkContentOption({ id, file, content }: FileHost, path: string): Problem[] {
  if (content !== 'envelope' || !file.endsWith('.csv')) return [];
  const message = `'${id}': a CSV file has no place for envelopes.`;
  return [error(`${path}.content`, { code: 'contradiction', message, tip: 'Use a .jsonl file.' })];
}

/** The rows of a CSV file have the columns of one type. */
function checkSink(host: FileHost, { topology, actors }: Surroundings, path: string): Problem[] {
  const problems = checkContentOption(host, path);
  if (!host.file.endsWith('.csv')) return problems;
  const types = (topology.channels ?? []).map(channelEnds).flatMap(({ actorId, port, targetId }) => {
    const kernel = actors.find(({ actor }) => actor.id === actorId)?.kernel;
    const output = targetId === host.id ? kernel?.outputs.find(({ name }) => name === port) : undefined;
    return output === undefined ? [] : [output.message];
  });
  const names = new Map(types.map(({ typeId, name }) => [typeId, name]));
  if (names.size < 2) return problems;
  const message = `'${host.id}' would get ${[...names.values()].join(' and ')}, whose columns differ.`;
  return [
    ...problems,
    error(`${path}.file`, { code: 'type-mismatch', message, tip: 'Use a .jsonl file, or two sinks.' }),
  ];
}

/** Nobody writes what another one reads or writes. */
function checkFile(hosts: readonly TopologyHost[], index: number): Problem[] {
  const host = hosts[index];
  if (host?.host !== 'sink') return [];
  const place = fileKey(host.file);
  const other = hosts.find(
    (candidate, at) =>
      'file' in candidate &&
      fileKey(candidate.file) === place &&
      at !== index &&
      (candidate.host !== 'sink' || at < index),
  );
  if (other === undefined) return [];
  const does = other.host === 'sink' ? 'writes' : 'reads';
  const message = `'${host.id}' would write ${host.file}, which '${other.id}' ${does}.`;
  return [error(`hosts[${index}].file`, { code: 'file-in-use', message, tip: 'Name another file.' })];
}

/** Equal for paths that mean one file, also where the system does not tell upper from lower case. */
function fileKey(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.join('/').toLowerCase();
}

function error(path: string, details: Details): Problem {
  return { severity: 'error', path, ...details };
}
