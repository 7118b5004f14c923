import { seededRandom } from '../../base/seeded-random.ts';
import type { Problem } from '../../base/studio-error.ts';
import { distributionFills } from '../host-message/distribution-fills.ts';
import { messageTemplate } from '../host-message/message-template.ts';
import type { StructType } from '../message-type.ts';
import { checkKey } from './check-key.ts';
import { fileKey } from './file-key.ts';
import { agreedMessage, receiversOf, type SourceHost, type Surroundings, typeConflict } from './host-message.ts';
import { hostOutput } from './host-schema.ts';
import { channelEnds, type TopologyHost } from './topology.ts';

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

function checkSource(host: SourceHost, surroundings: Surroundings, path: string): Problem[] {
  const isConnected = (surroundings.topology.channels ?? []).some(
    (channel) => channelEnds(channel).actorId === host.id,
  );
  if (!isConnected) {
    const message = `'${host.id}' leads nowhere.`;
    const tip = `Add a channel from "${host.id}.${hostOutput}" to an actor.`;
    return [error(path, { code: 'not-connected', message, tip })];
  }
  const receivers = receiversOf(host, surroundings);
  const problems = receivers.flatMap(({ result, routing, channel }) =>
    'problem' in result
      ? [error(host.type === undefined ? path : `${path}.type`, result.problem)]
      : checkKey(routing, result.type, `channels[${channel}]`),
  );
  const conflict = typeConflict(host, receivers);
  if (conflict !== undefined) return [...problems, error(path, conflict)];
  const message = agreedMessage(receivers);
  return message === undefined ? problems : [...problems, ...checkContents(host, message, path)];
}

function checkContents(host: SourceHost, type: StructType, path: string): Problem[] {
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

function error(path: string, details: Details): Problem {
  return { severity: 'error', path, ...details };
}
