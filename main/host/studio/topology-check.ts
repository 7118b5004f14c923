import { basename } from 'node:path';
import type { Problem } from '../../../app/base/studio-error.ts';
import { bigintsAsText } from '../../../app/model/bigints-as-text.ts';
import { locateProblems } from '../../../app/model/json-text.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { parseTopology } from '../../../app/model/topology/parse-topology.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import { validateTopology } from '../../../app/model/topology/validate-topology.ts';

export interface TopologyCheck {
  readonly document: Topology | undefined;
  readonly problems: readonly Problem[];
}

interface Surroundings {
  readonly path: string;
  /** By source; those that do not compile are absent. */
  readonly programs: ReadonlyMap<string, ProgramInfo>;
  readonly hasSource: (path: string) => boolean;
}

/** What is wrong with a topology's text, as far as it is known what its sources hold; every problem with its place. */
export function checkTopology(text: string | undefined, { path, programs, hasSource }: Surroundings): TopologyCheck {
  if (text === undefined) {
    const message = `There is no ${path} any more.`;
    return { document: undefined, problems: [{ severity: 'error', code: 'topology-missing', message }] };
  }
  const parsed = parseTopology(text, path);
  if ('problems' in parsed) return { document: undefined, problems: parsed.problems };
  const { document } = parsed;
  const missing = document.actors.flatMap(({ source }, index): Problem[] => {
    if (hasSource(source)) return [];
    const message = `There is no file '${source}' in the project.`;
    return [{ severity: 'error', code: 'source-not-found', message, path: `actors[${index}].source` }];
  });
  const problems = [...missing, ...validateTopology(document, programs)];
  return { document, problems: locateProblems(problems, { text, file: path }) };
}

/** What a topology calls itself; its folder's name without that. */
export function topologyName(document: Topology | undefined, dir: string): string {
  return document?.name ?? basename(dir);
}

/** Whether only a new start makes what runs look like the document. */
export function needsNewStart(running: Topology, document: Topology): boolean {
  return JSON.stringify(essence(running)) !== JSON.stringify(essence(document));
}

function essence({
  device,
  actors,
  hosts = [],
  channels = [],
  subscriptions = [],
  supervisors = [],
}: Topology): unknown {
  return {
    device: device ?? 'cpu',
    actors: actors.map(({ position: _, ...actor }) => sorted(actor)).sort(byText),
    hosts: hosts.map(({ position: _, ...host }) => sorted(host)).sort(byText),
    channels: channels.map(sorted).sort(byText),
    subscriptions: subscriptions.map(sorted).sort(byText),
    supervisors: supervisors.map(sorted).sort(byText),
  };
}

function sorted(value: object): string {
  return JSON.stringify(value, (key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : bigintsAsText(key, part),
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
