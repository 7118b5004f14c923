import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import { describeLayout, explainDifference } from '../layout-text.ts';
import type { HandlerInfo, KernelInfo, OutputPort } from '../program.ts';
import { checkKey } from './check-key.ts';
import { unknownActor } from './find-recipient.ts';
import type { LinkedActor } from './linked-actor.ts';
import { hostOutput } from './host-schema.ts';
import { channelEnds, type TopologyChannel, type TopologyHost } from './topology.ts';

type Details = Pick<Problem, 'code' | 'message' | 'tip' | 'notes'>;

/** Whom channels can lead from and to. */
export interface Ends {
  readonly actors: readonly LinkedActor[];
  readonly hosts?: readonly TopologyHost[] | undefined;
}

/** Whether both ends of a channel are there, and take the same message. */
export function checkChannel(channel: TopologyChannel, { actors, hosts = [] }: Ends, path: string): Problem[] {
  const { actorId, port, targetId } = channelEnds(channel);
  const source = actors.find(({ actor }) => actor.id === actorId);
  const target = actors.find(({ actor }) => actor.id === targetId);
  const sourceHost = hosts.find(({ id }) => id === actorId);
  const targetHost = hosts.find(({ id }) => id === targetId);
  const problems: Problem[] = [];
  const reportUnknown = (place: 'from' | 'to', id: string): void => {
    problems.push({ severity: 'error', ...unknownActor(id, actors, { path: `${path}.${place}`, hosts }) });
  };
  if (source === undefined && sourceHost === undefined) reportUnknown('from', actorId);
  if (target === undefined && targetHost === undefined) reportUnknown('to', targetId);
  if (sourceHost !== undefined) problems.push(...checkFromHost(sourceHost, { port, targetHost, path }));
  if (targetHost !== undefined && targetHost.host !== 'sink') problems.push(takesNothing(targetHost, `${path}.to`));
  if (source?.kernel === undefined) return problems;
  const output = source.kernel.outputs.find(({ name }) => name === port);
  if (output === undefined) {
    problems.push(error(`${path}.from`, unknownOutput({ actorId, port }, source.kernel)));
    return problems;
  }
  if (target?.kernel !== undefined) {
    const mismatch = explainMismatch({ from: channel.from, output }, { id: targetId, kernel: target.kernel });
    if (mismatch !== undefined) problems.push(error(path, mismatch));
  }
  problems.push(...checkKey(channel.routing, output.message, path));
  return problems;
}

interface HostEnd {
  readonly port: string;
  readonly targetHost: TopologyHost | undefined;
  readonly path: string;
}

function checkFromHost({ id, host }: TopologyHost, { port, targetHost, path }: HostEnd): Problem[] {
  if (host === 'sink')
    return [error(`${path}.from`, { code: 'unknown-output', message: `'${id}' is a sink: it sends nothing.` })];
  if (port !== hostOutput) {
    const message = `'${id}' has no output '${port}'. Its output is '${hostOutput}'.`;
    return [error(`${path}.from`, { code: 'unknown-output', message, ...suggestion(port, [hostOutput]) })];
  }
  if (targetHost?.host !== 'sink') return [];
  const message = `'${id}' and '${targetHost.id}' both run on the host.`;
  return [error(path, { code: 'host-to-host', message, tip: 'Lead the channel to an actor.' })];
}

function takesNothing({ id, host }: TopologyHost, path: string): Problem {
  return error(path, { code: 'takes-nothing', message: `'${id}' is a ${host}: it takes no messages.` });
}

function unknownOutput({ actorId, port }: { actorId: string; port: string }, kernel: KernelInfo): Details {
  const names = kernel.outputs.map(({ name }) => name);
  const known = names.length === 0 ? `The kernel '${kernel.name}' has no outputs.` : `Outputs: ${names.join(', ')}.`;
  return {
    code: 'unknown-output',
    message: `'${actorId}' has no output '${port}'. ${known}`,
    ...suggestion(port, names),
  };
}

interface ChannelStart {
  readonly from: string;
  readonly output: OutputPort;
}

interface ChannelTarget {
  readonly id: string;
  readonly kernel: KernelInfo;
}

/** Two types connect exactly when their ids are equal. */
function explainMismatch({ from, output }: ChannelStart, { id, kernel }: ChannelTarget): Details | undefined {
  const { message } = output;
  if (kernel.handlers.some((handler) => handler.message.typeId === message.typeId)) return undefined;
  const namesake = kernel.handlers.find((handler) => handler.message.name === message.name);
  if (namesake !== undefined) return layoutMismatch({ from, output }, { id, handler: namesake });
  const handled = kernel.handlers.map((handler) => handler.message.name);
  return {
    code: 'type-mismatch',
    message: `'${from}' sends ${message.name}, which '${id}' does not handle. It handles: ${handled.join(', ') || 'nothing'}.`,
    tip: `Connect another output, or add RING_ON(${kernel.name}, ${message.name}).`,
  };
}

function layoutMismatch(
  { from, output }: ChannelStart,
  { id, handler }: { id: string; handler: HandlerInfo },
): Details {
  const sent = { label: `'${from}'`, struct: output.message };
  const handled = { label: `'${id}'`, struct: handler.message };
  return {
    code: 'layout-mismatch',
    message:
      `'${from}' and '${id}' both call their message ${output.message.name}, but the layouts differ. ` +
      explainDifference(sent, handled).join(' '),
    tip: 'Declare the struct once, in a header that both files include.',
    notes: [
      { message: `'${from}' sends\n${describeLayout(sent.struct)}`, location: output.location },
      { message: `'${id}' handles\n${describeLayout(handled.struct)}`, location: handler.location },
    ],
  };
}

function error(path: string, details: Details): Problem {
  return { severity: 'error', path, ...details };
}
