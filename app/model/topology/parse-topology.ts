import type { Problem } from '../../base/studio-error.ts';
import { locateProblems, parseJson } from '../json-text.ts';
import { type Topology, topologySchema, topologyVersion } from './topology.ts';
import { problemsOfIssues } from './zod-problems.ts';

type RawDocument = Readonly<Record<string, unknown>>;

/** Migration `n` takes a document of version n to version n + 1. */
const migrations: Readonly<Record<number, (document: RawDocument) => RawDocument>> = {};

export type ParsedTopology = { readonly document: Topology } | { readonly problems: readonly Problem[] };

/**
 * Reads a topology file: JSON, version, shape, unique ids and channels. Every problem has its place in `file`.
 * Whether the document fits its kernels is `validateTopology`'s question.
 */
export function parseTopology(text: string, file: string): ParsedTopology {
  const parsed = parseJson({ text, file });
  if ('problem' in parsed) return { problems: [parsed.problem] };
  const checked = checkDocument(parsed.value);
  return 'document' in checked ? checked : { problems: locateProblems(checked.problems, { text, file }) };
}

function checkDocument(json: unknown): ParsedTopology {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { problems: [error('', { code: 'wrong-type', message: 'A topology is a JSON object.' })] };
  }
  const { version } = json as RawDocument;
  if (Number.isInteger(version) && Number(version) > topologyVersion)
    return { problems: [newerVersion(Number(version))] };
  const migrated = migrate(json as RawDocument, Number(version));
  const result = topologySchema.safeParse(migrated, { reportInput: true });
  if (!result.success) return { problems: problemsOfIssues(result.error.issues, topologySchema) };
  const { data } = result;
  const problems = [...duplicateIds(data), ...duplicateChannels(data), ...duplicateSubscriptions(data)];
  return problems.length === 0 ? { document: data } : { problems };
}

function newerVersion(version: number): Problem {
  const message = `This topology has version ${version}; this Ring Kernel Studio reads versions up to ${topologyVersion}.`;
  return error('version', { code: 'newer-version', message, tip: 'Update Ring Kernel Studio.' });
}

function migrate(json: RawDocument, version: number): RawDocument {
  let document = json;
  for (let from = version; from < topologyVersion; from++) document = migrations[from]?.(document) ?? document;
  return document;
}

/** Actors and host actors share one namespace. */
function duplicateIds({ actors, hosts = [] }: Topology): Problem[] {
  const places = [
    ...actors.map(({ id }, index) => ({ id, place: `actors[${index}]` })),
    ...hosts.map(({ id }, index) => ({ id, place: `hosts[${index}]` })),
  ];
  return places.flatMap(({ id, place }, index) => {
    const first = places.findIndex((other) => other.id === id);
    if (first === index) return [];
    const message = `The id '${id}' is already taken by ${places[first]!.place}.`;
    return [error(`${place}.id`, { code: 'duplicate-id', message, tip: 'Give each actor an id of its own.' })];
  });
}

function duplicateChannels({ channels = [] }: Topology): Problem[] {
  return channels.flatMap(({ from, to }, index) => {
    const first = channels.findIndex((channel) => channel.from === from && channel.to === to);
    if (first === index) return [];
    const message = `channels[${first}] already leads from '${from}' to '${to}'.`;
    return [error(`channels[${index}]`, { code: 'duplicate-channel', message, tip: 'Remove one of the two.' })];
  });
}

function duplicateSubscriptions({ subscriptions = [] }: Topology): Problem[] {
  return subscriptions.flatMap(({ topic, to }, index) => {
    const first = subscriptions.findIndex((other) => other.topic === topic && other.to === to);
    if (first === index) return [];
    const message = `subscriptions[${first}] already leads from '${topic}' to '${to}'.`;
    return [
      error(`subscriptions[${index}]`, { code: 'duplicate-subscription', message, tip: 'Remove one of the two.' }),
    ];
  });
}

function error(path: string, details: Pick<Problem, 'code' | 'message' | 'tip'>): Problem {
  return { severity: 'error', path, ...details };
}
