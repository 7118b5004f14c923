import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import { encodeJson } from '../codec/json-encode.ts';
import { describeLayout, explainDifference } from '../layout-text.ts';
import type { HandlerInfo, KernelInfo, OutputPort } from '../program.ts';
import { findRecipient, unknownActor } from './find-recipient.ts';
import { type LinkedActor, linkActors, type Programs } from './linked-actor.ts';
import { actorSettings, channelEnds, type Topology, type TopologyChannel } from './topology.ts';

type Details = Pick<Problem, 'code' | 'message' | 'tip' | 'notes'>;

/**
 * Whether a document fits its programs: kernels, channels, message types, launch options, injections. A source that
 * `programs` lacks did not compile; its actors are passed over here, because the compiler has already said why.
 */
export function validateTopology(topology: Topology, programs: Programs): readonly Problem[] {
  const actors = linkActors(topology, programs);
  if (actors.length === 0) {
    return [error('actors', { code: 'no-actors', message: 'The topology has no actors.', tip: 'Add one to run it.' })];
  }
  return [
    ...actors.flatMap((linked) => checkActor(linked, { topology, programs })),
    ...(topology.channels ?? []).flatMap((channel, index) => checkChannel(channel, actors, `channels[${index}]`)),
    ...checkInjections(topology, programs),
  ];
}

interface Context {
  readonly topology: Topology;
  readonly programs: Programs;
}

function checkActor({ actor, index, kernel }: LinkedActor, { topology, programs }: Context): Problem[] {
  const path = `actors[${index}]`;
  const program = programs.get(actor.source);
  if (program === undefined) return [];
  if (kernel === undefined) {
    const names = program.kernels.map(({ name }) => name);
    const message = `${actor.source} has no kernel '${actor.kernel}'. Kernels: ${names.join(', ')}.`;
    return [error(`${path}.kernel`, { code: 'unknown-kernel', message, ...suggestion(actor.kernel, names) })];
  }
  const problems: Problem[] = [];
  const { overflow } = actorSettings(actor);
  if (overflow !== 'block' && overflow !== 'reject') {
    const message = `The overflow policy '${overflow}' is not supported yet.`;
    problems.push(
      error(`${path}.queue.overflow`, { code: 'unsupported-overflow', message, tip: 'Use block or reject.' }),
    );
  }
  if ((topology.device ?? 'cpu') === 'cpu') problems.push(...checkCpuWidth({ actor, index, kernel }));
  return problems;
}

/** The CPU device runs a block of one thread until it has SIMT. */
function checkCpuWidth({ actor, index, kernel }: Required<LinkedActor>): Problem[] {
  const block = actor.block ?? (kernel.block === 'any' ? 1 : kernel.block);
  const grid = actor.grid ?? kernel.grid;
  const widths = [
    { option: 'block', value: block, meaning: 'threads per block', macro: 'RING_BLOCK' },
    { option: 'grid', value: grid, meaning: 'blocks per actor', macro: 'RING_GRID' },
  ] as const;
  return widths
    .filter(({ value }) => value !== 1)
    .map(({ option, value, meaning, macro }) =>
      error(`actors[${index}]${actor[option] === undefined ? '.kernel' : `.${option}`}`, {
        code: `unsupported-${option}`,
        message: `'${actor.id}' asks for ${value} ${meaning}; the CPU device runs 1 so far.`,
        tip:
          actor[option] === undefined
            ? `Set "${option}": 1 here, or remove ${macro}.`
            : `Set it to 1, or leave it out.`,
      }),
    );
}

function checkChannel(channel: TopologyChannel, actors: readonly LinkedActor[], path: string): Problem[] {
  const { actorId, port, targetId } = channelEnds(channel);
  const source = actors.find(({ actor }) => actor.id === actorId);
  const target = actors.find(({ actor }) => actor.id === targetId);
  const problems: Problem[] = [];
  if (source === undefined) problems.push({ severity: 'error', ...unknownActor(actorId, actors, `${path}.from`) });
  if (target === undefined) problems.push({ severity: 'error', ...unknownActor(targetId, actors, `${path}.to`) });
  if (source?.kernel === undefined) return problems;
  const output = source.kernel.outputs.find(({ name }) => name === port);
  if (output === undefined) {
    problems.push(error(`${path}.from`, unknownOutput({ actorId, port }, source.kernel)));
  } else if (target?.kernel !== undefined) {
    const mismatch = explainMismatch({ from: channel.from, output }, { id: targetId, kernel: target.kernel });
    if (mismatch !== undefined) problems.push(error(path, mismatch));
  }
  return problems;
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

function checkInjections(topology: Topology, programs: Programs): Problem[] {
  return (topology.inject ?? []).flatMap((injection, index) => {
    const path = `inject[${index}]`;
    const isCompiled = topology.actors.every(({ source }) => programs.has(source));
    if (!isCompiled) return [];
    const result = findRecipient({ topology, programs }, injection);
    if ('problem' in result) return [{ ...result.problem, path: `${path}.${result.problem.path ?? 'to'}` }];
    const { message } = result.recipient;
    return encodeJson(message, injection.message, new Uint8Array(message.sizeBytes)).map((problem) => ({
      ...problem,
      path: joinPaths(`${path}.message`, problem.path),
    }));
  });
}

function joinPaths(owner: string, inner: string | undefined): string {
  if (inner === undefined || inner === '') return owner;
  return inner.startsWith('[') ? `${owner}${inner}` : `${owner}.${inner}`;
}

function error(path: string, details: Details): Problem {
  return { severity: 'error', path, ...details };
}
