import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import { encodeJsonArrays } from '../codec/json-encode.ts';
import { blockOf, gridOf, widthProblem } from '../launch-size.ts';
import { mostActors } from '../most-actors.ts';
import { checkChannel } from './check-channel.ts';
import { checkCycles } from './check-cycles.ts';
import { checkHosts } from './check-host.ts';
import { checkSupervisors } from './check-supervisors.ts';
import { findRecipient, unknownActor } from './find-recipient.ts';
import { type LinkedActor, linkActors, type Programs } from './linked-actor.ts';
import { actorSettings, type Topology } from './topology.ts';

type Details = Pick<Problem, 'code' | 'message' | 'tip' | 'notes'>;

/**
 * Whether a document fits its programs: kernels, channels, message types, launch options, supervisors, injections; with
 * warnings of what may go wrong while it runs. A source that
 * `programs` lacks did not compile; its actors are passed over here, because the compiler has already said why.
 */
export function validateTopology(topology: Topology, programs: Programs): readonly Problem[] {
  const actors = linkActors(topology, programs);
  const { hosts } = topology;
  if (actors.length === 0) {
    return [error('actors', { code: 'no-actors', message: 'The topology has no actors.', tip: 'Add one to run it.' })];
  }
  return [
    ...checkCount(topology),
    ...actors.flatMap((linked) => checkActor(linked, { topology, programs })),
    ...(topology.channels ?? []).flatMap((channel, index) =>
      checkChannel(channel, { actors, hosts }, `channels[${index}]`),
    ),
    ...(topology.subscriptions ?? []).flatMap(({ to }, index) =>
      checkSubscriber(to, actors, `subscriptions[${index}].to`),
    ),
    ...checkHosts({ topology, actors }),
    ...checkCycles(topology),
    ...checkSupervisors(topology),
    ...checkInjections(topology, programs),
  ];
}

/** Names the actor with which they become too many. */
function checkCount({ actors }: Topology): Problem[] {
  let sum = 0;
  const index = actors.findIndex((actor) => (sum += actorSettings(actor).instances) > mostActors);
  if (index === -1) return [];
  const all = actors.reduce((count, actor) => count + actorSettings(actor).instances, 0);
  const message = `The topology has ${String(all)} actors, its instances counted; a device holds ${String(mostActors)}.`;
  const path = `actors[${index}]${actors[index]?.instances === undefined ? '' : '.instances'}`;
  return [error(path, { code: 'too-many-actors', message, tip: 'Lower "instances".' })];
}

/** What is published says its type only when it comes: any actor may subscribe to any topic. */
function checkSubscriber(to: string, actors: readonly LinkedActor[], path: string): Problem[] {
  if (actors.some(({ actor }) => actor.id === to)) return [];
  return [{ severity: 'error', ...unknownActor(to, actors, { path }) }];
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
  const device = topology.device ?? 'cpu';
  const problem = widthProblem({
    name: actor.id,
    program,
    kernel,
    size: { block: blockOf(kernel, device, actor.block), grid: gridOf(kernel, actor.grid) },
    device,
  });
  if (problem === undefined) return [];
  const member = actor.block === undefined ? (actor.grid === undefined ? 'kernel' : 'grid') : 'block';
  return [error(`${path}.${member}`, { code: 'block-not-supported', ...problem })];
}

function checkInjections(topology: Topology, programs: Programs): Problem[] {
  return (topology.inject ?? []).flatMap((injection, index) => {
    const path = `inject[${index}]`;
    const isCompiled = topology.actors.every(({ source }) => programs.has(source));
    if (!isCompiled) return [];
    const result = findRecipient({ topology, programs }, injection);
    if ('problem' in result) return [{ ...result.problem, path: `${path}.${result.problem.path ?? 'to'}` }];
    const { message } = result.recipient;
    return encodeJsonArrays(message, injection.message, { bytes: new Uint8Array(message.sizeBytes), inline: [] }).map(
      (problem) => ({
        ...problem,
        path: joinPaths(`${path}.message`, problem.path),
      }),
    );
  });
}

function joinPaths(owner: string, inner: string | undefined): string {
  if (inner === undefined || inner === '') return owner;
  return inner.startsWith('[') ? `${owner}${inner}` : `${owner}.${inner}`;
}

function error(path: string, details: Details): Problem {
  return { severity: 'error', path, ...details };
}
