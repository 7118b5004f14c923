import type { Problem } from '../../base/studio-error.ts';
import { actorSettings, channelEnds, type Topology } from './topology.ts';

const MOST_REPORTS = 20;

interface Edge {
  readonly to: string;
  /** Index of the channel. */
  readonly channel: number;
}

type Graph = ReadonlyMap<string, readonly Edge[]>;

/**
 * Circles of channels whose queues all make senders wait. When all are full nobody in the circle moves any more. Each actor
 * that is in one is named in at least one remark.
 */
export function checkCycles(topology: Topology): Problem[] {
  const graph = peel(blockingChannels(topology));
  const named = new Set<string>();
  const problems: Problem[] = [];
  for (const start of graph.keys()) {
    if (named.has(start)) continue;
    const cycle = shortestCycle(graph, start);
    if (cycle === undefined) continue;
    for (const { to } of cycle) named.add(to);
    problems.push(describe(start, cycle));
    if (problems.length === MOST_REPORTS) break;
  }
  return problems;
}

function describe(start: string, cycle: readonly Edge[]): Problem {
  const way = [start, ...cycle.map(({ to }) => to)].map((id) => `'${id}'`).join(' → ');
  return {
    severity: 'warning',
    code: 'blocking-cycle',
    message: `${way} is a circle of queues that all block: when all are full, none of these actors moves any more.`,
    tip: 'Fine when fewer messages go round than a queue holds. Else give one of them another overflow policy.',
    path: `channels[${cycle[0]?.channel ?? 0}]`,
  };
}

function blockingChannels({ actors, channels = [] }: Topology): Graph {
  const graph = new Map<string, Edge[]>(actors.map(({ id }) => [id, []]));
  const blocking = new Set(actors.filter((actor) => actorSettings(actor).overflow === 'block').map(({ id }) => id));
  for (const [channel, entry] of channels.entries()) {
    const { actorId, targetId } = channelEnds(entry);
    if (blocking.has(targetId)) graph.get(actorId)?.push({ to: targetId, channel });
  }
  return graph;
}

/** Without actors that no way leads on from, or to: no circle goes through those. */
function peel(graph: Graph): Graph {
  return reversed(withoutEnds(reversed(withoutEnds(graph))));
}

/** Without those from which no way leads on, again and again. */
function withoutEnds(graph: Graph): Graph {
  const senders = reversed(graph);
  const left = new Map([...graph].map(([id, edges]) => [id, edges.length]));
  const ends = [...left].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = ends.pop(); id !== undefined; id = ends.pop()) {
    left.delete(id);
    for (const { to: sender } of senders.get(id) ?? []) {
      const count = (left.get(sender) ?? 0) - 1;
      if (left.has(sender)) left.set(sender, count);
      if (count === 0) ends.push(sender);
    }
  }
  const rest = [...graph].filter(([id]) => left.has(id));
  return new Map(rest.map(([id, edges]) => [id, edges.filter(({ to }) => left.has(to))]));
}

function reversed(graph: Graph): Graph {
  const result = new Map<string, Edge[]>([...graph.keys()].map((id) => [id, []]));
  for (const [from, edges] of graph) for (const { to, channel } of edges) result.get(to)?.push({ to: from, channel });
  return result;
}

function shortestCycle(graph: Graph, start: string): readonly Edge[] | undefined {
  const cameBy = new Map<string, { readonly from: string; readonly edge: Edge } | undefined>([[start, undefined]]);
  for (const id of cameBy.keys()) {
    for (const edge of graph.get(id) ?? []) {
      if (edge.to === start) return [...wayTo(id, cameBy), edge];
      if (!cameBy.has(edge.to)) cameBy.set(edge.to, { from: id, edge });
    }
  }
  return undefined;
}

function wayTo(
  end: string,
  cameBy: ReadonlyMap<string, { readonly from: string; readonly edge: Edge } | undefined>,
): readonly Edge[] {
  const way: Edge[] = [];
  for (let step = cameBy.get(end); step !== undefined; step = cameBy.get(step.from)) way.unshift(step.edge);
  return way;
}
