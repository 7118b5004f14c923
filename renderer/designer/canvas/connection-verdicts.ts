import type { Problem } from '../../../app/base/studio-error.ts';
import { connectionProblem } from '../../../app/model/topology/edit/connection-problem.ts';
import type { Programs } from '../../../app/model/topology/linked-actor.ts';
import { channelEnds, type Topology, type TopologyChannel } from '../../../app/model/topology/topology.ts';
import { shortTypeName } from '../../ui/format.ts';
import type { NodeContent, Port } from './node-content.ts';

/** Where a drag began. */
export interface DragEnd {
  readonly actorId: string;
  readonly handleId: string;
  readonly side: 'output' | 'input';
}

/** What a drop on a handle would do. */
export interface Verdict {
  readonly channel: TopologyChannel;
  /** Why it is refused; undefined when it connects. */
  readonly problem: Problem | undefined;
  /** What a host actor is told to send, where the port says more than the actor's name. */
  readonly messageType?: string | undefined;
}

/** By `handleKey`. Handles that are not in it are no ends for this drag. */
export type ConnectionVerdicts = ReadonlyMap<string, Verdict>;

export const handleKey = (actorId: string, handleId: string): string => `${actorId} ${handleId}`;

interface VerdictSources {
  readonly topology: Topology;
  readonly programs: Programs;
  readonly nodes: readonly NodeContent[];
}

/** Judges every handle that the drag could end at, once, when it begins. */
export function judgeConnections(sources: VerdictSources, start: DragEnd): ConnectionVerdicts {
  const own = sources.nodes.find(({ id }) => id === start.actorId);
  const from = (start.side === 'output' ? own?.outputs : own?.inputs)?.find(
    ({ handleId }) => handleId === start.handleId,
  );
  if (from === undefined) return new Map();
  const entries = sources.nodes.flatMap((node) =>
    (start.side === 'output' ? node.inputs : node.outputs).map((port): readonly [string, Verdict] => {
      const [output, input] = start.side === 'output' ? [from, port] : [port, from];
      const [sourceId, targetId] = start.side === 'output' ? [start.actorId, node.id] : [node.id, start.actorId];
      const channel = { from: `${sourceId}.${output.label}`, to: targetId };
      const type = messageType(sources, channel, input);
      const problem = judge(sources, { channel, messageType: type }, { output, input });
      return [handleKey(node.id, port.handleId), { channel, problem, messageType: type }];
    }),
  );
  return new Map(entries);
}

function judge(
  { topology, programs }: VerdictSources,
  { channel, messageType: type }: Omit<Verdict, 'problem'>,
  { output, input }: { readonly output: Port; readonly input: Port },
): Problem | undefined {
  const problem = connectionProblem({ topology, programs }, channel, type);
  if (problem !== undefined || output.type === input.type || output.type === '' || input.type === '') return problem;
  if (input.takesAny === true) return undefined;
  const { actorId, port } = channelEnds(channel);
  const [sent, taken] = [shortTypeName(output.type), shortTypeName(input.type)];
  const message = `'${actorId}.${port}' sends ${sent}; this port of '${channel.to}' takes ${taken}.`;
  return { severity: 'error', code: 'other-port', message, tip: `Drop it on the port ${sent}.` };
}

/** A host actor that names no message, led to an actor that handles several, has to name one. */
function messageType({ topology, nodes }: VerdictSources, channel: TopologyChannel, input: Port): string | undefined {
  const { actorId, targetId } = channelEnds(channel);
  const host = topology.hosts?.find(({ id }) => id === actorId);
  if (host === undefined || host.host === 'sink' || host.type !== undefined) return undefined;
  const isAmbiguous = (nodes.find(({ id }) => id === targetId)?.inputs.length ?? 0) > 1;
  return isAmbiguous && input.type !== '' ? input.type : undefined;
}

/** What a drop on a node's body means: the one that connects, else the first refusal. */
export function verdictOfNode(verdicts: ConnectionVerdicts, actorId: string): Verdict | undefined {
  const own = [...verdicts].filter(([key]) => key.startsWith(`${actorId} `)).map(([, verdict]) => verdict);
  return own.find(({ problem }) => problem === undefined) ?? own[0];
}
