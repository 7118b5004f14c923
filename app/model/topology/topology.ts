import { z } from 'zod';

import type { DeepReadonly } from '../../base/deep-readonly.ts';
import { blockLimits, gridLimits, mostSharedBytes } from '../dim3.ts';
import { mostActors } from '../most-actors.ts';
import { patternProblem } from '../topics/topic.ts';
import { dimSchema } from './dim-schema.ts';
import { hostSchema } from './host-schema.ts';
import { projectPath } from './project-path.ts';

// The document `topology.ring.json`. Key order here is key order in written files. Descriptions become the JSON Schema
// that editors show. Fields that are left out stay left out, so that writing a document changes nothing the user did
// not change; `actorSettings` applies the defaults.

export const topologyVersion = 1;

export const actorDefaults = {
  instances: 1,
  capacity: 1024,
  overflow: 'block',
  outbox: 1024,
  dedup: 0,
  sharedBytes: 0,
} as const;

/** Messages that an urgent lane holds where nothing is said: as many as the queue, and at most so many. */
const MOST_URGENT = 1024;

/** GPUs are counted from 0 on. */
export const mostGpuOrdinal = 1023;

/** Hues that message types can have. */
export const hueCount = 8;

const idPattern = /^[A-Za-z_][A-Za-z0-9_-]*$/;

export const actorId = z.string().regex(idPattern, 'Expected letters, digits, _ and -, with a letter or _ first.');

const overflowPolicy = z.enum(['block', 'reject', 'dropOldest', 'dropNewest', 'deadLetter']);

const capacity = z
  .int()
  .min(16)
  .max(1_048_576)
  .refine((value) => Number.isInteger(Math.log2(value)), {
    error: ({ input }) => `${Number(input)} is not a power of two. The nearest is ${nearestPowerOfTwo(Number(input))}.`,
    params: { code: 'not-a-power-of-two' },
  });

const queue = z.strictObject({
  capacity: capacity.optional().meta({
    description: 'Messages that wait at most, per sender lane. A power of two.',
    default: actorDefaults.capacity,
  }),
  urgent: capacity.optional().meta({
    description:
      'Urgent messages that wait at most, per sender lane. A power of two. Default: capacity, and at most 1,024.',
  }),
  overflow: overflowPolicy.optional().meta({
    description:
      'What a full queue does to a message: its sender waits (block), is refused (reject), the oldest message makes room (dropOldest), it is dropped (dropNewest) or becomes a dead letter (deadLetter).',
    default: actorDefaults.overflow,
  }),
  outbox: z.int().min(1).max(65_536).optional().meta({
    description: 'Messages that one handler call may send at most.',
    default: actorDefaults.outbox,
  }),
  dedup: z.int().min(0).max(1_048_576).optional().meta({
    description: 'Of how many accepted messages the dedupKey is remembered, to take each key once.',
    default: actorDefaults.dedup,
  }),
});

const sourcePath = projectPath(['.cu'], 'Sources');

const actor = z.strictObject({
  id: actorId.meta({ description: 'Unique name; channels and injections refer to it.' }),
  kernel: z.string().min(1).meta({ description: 'The RING_KERNEL that it runs.' }),
  source: sourcePath.meta({
    description: 'The .cu file with the kernel, relative to this file, with forward slashes.',
  }),
  instances: z.int().min(1).max(mostActors).optional().meta({
    description: 'How many equal actors to launch: id#0, id#1, …',
    default: actorDefaults.instances,
  }),
  queue: queue.optional().meta({ description: 'Limits of the inbox and the outbox.' }),
  block: dimSchema(blockLimits).optional().meta({
    description: 'CUDA threads of a block: a number, or up to three ([16, 16]). Without it, what RING_BLOCK says.',
  }),
  grid: dimSchema(gridLimits).optional().meta({
    description: 'Blocks of each instance: a number, or up to three ([4, 2]). Without it, what RING_GRID says.',
  }),
  sharedBytes: z.int().min(0).max(mostSharedBytes).optional().meta({
    description: 'Bytes of dynamic shared memory of each block: extern __shared__.',
    default: 0,
  }),
  gpu: z.int().min(0).max(mostGpuOrdinal).optional().meta({
    description: 'The GPU that it runs on, as `ringstudio doctor` counts them. Default: the one that the run is on.',
  }),
  position: z.strictObject({ x: z.number(), y: z.number() }).optional().meta({
    description: 'Place on the canvas, in pixels.',
  }),
});

const routing = z
  .union(
    [
      z.enum(['roundRobin', 'broadcast']),
      z.strictObject({
        key: z.string().min(1).meta({ description: 'A field of the message, or one of a struct in it.' }),
      }),
    ],
    { error: 'Expected "roundRobin", "broadcast", or { "key": "<field>" }.' },
  )
  .meta({
    description:
      'Which of several instances get a message: in turn, all of them, or always the same one for one value of a field.',
    default: 'roundRobin',
  });

const channel = z.strictObject({
  from: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]*\.[A-Za-z_]\w*$/, 'Expected "actor.output", as in "source.numbers".')
    .meta({ description: 'Where messages come from: "<actor id>.<output>".' }),
  to: actorId.meta({ description: 'The id of the actor that gets them.' }),
  routing: routing.optional(),
});

const subscription = z.strictObject({
  topic: z
    .string()
    .refine((pattern) => patternProblem(pattern) === undefined, {
      error: ({ input }) => patternProblem(String(input)) ?? '',
      params: { code: 'invalid-topic-pattern' },
    })
    .meta({
      description: 'A topic, as in "sensors/3/heat". "*" stands for one level, "#" at the end for all the rest.',
    }),
  to: actorId.meta({ description: 'The id of the actor that gets what is published there.' }),
});

const waitMs = z.number().min(0).max(86_400_000);

const backoff = z.strictObject({
  minMs: waitMs.optional().meta({ description: 'Wait before the first restart of a child.', default: 100 }),
  maxMs: waitMs.optional().meta({ description: 'Never longer.', default: 10_000 }),
  factor: z.number().min(1).max(100).optional().meta({
    description: 'Each further wait is so many times as long.',
    default: 2,
  }),
  jitter: z.number().min(0).max(1).optional().meta({
    description: 'Part of a wait that chance adds or takes away.',
    default: 0.1,
  }),
  resetAfterMs: waitMs.optional().meta({
    description: 'A child that has run so long begins with minMs again.',
    default: 60_000,
  }),
});

const supervisor = z.strictObject({
  id: actorId.meta({ description: 'Unique among actors and supervisors.' }),
  strategy: z.enum(['one-for-one', 'one-for-all', 'rest-for-one']).meta({
    description: 'Who starts again when a child fails: it alone, all children, or it and those after it.',
  }),
  children: z.array(actorId).min(1).meta({ description: 'Ids of actors and of other supervisors, in order.' }),
  maxRestarts: z.int().min(0).max(1_000_000).optional().meta({
    description: 'Restarts within withinMs that it takes; one more is a failure of its own.',
    default: 3,
  }),
  withinMs: z.number().min(1).max(86_400_000).optional().meta({
    description: 'The time in which restarts count.',
    default: 10_000,
  }),
  backoff: backoff.optional().meta({ description: 'How long to wait before a restart.' }),
  state: z.enum(['reset', 'keep']).optional().meta({
    description: 'What a restarted actor begins with: its initial state, or what the failed handler left.',
    default: 'reset',
  }),
});

const injection = z.strictObject({
  to: z.string().min(1).optional().meta({
    description: 'An actor id, or id#instance. May be left out where only one actor can be meant.',
  }),
  type: z.string().min(1).optional().meta({
    description: 'The message struct. May be left out where the actor handles only one.',
  }),
  message: z
    .record(z.string(), z.unknown())
    .meta({ description: 'The fields; those with an initializer may be left out.' }),
});

export const topologyHost = hostSchema(actorId);

export const topologySchema = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'Where editors find this schema.' }),
    version: z.literal(topologyVersion).meta({ description: 'Version of the file format.' }),
    name: z.string().optional().meta({ description: 'For people.' }),
    device: z
      .enum(['cpu', 'cuda'])
      .optional()
      .meta({ description: 'Where to run unless told otherwise.', default: 'cpu' }),
    actors: z.array(actor).meta({ description: 'The actors.' }),
    hosts: z.array(topologyHost).optional().meta({
      description: 'Built-in actors that run on the host: timer, generator, replay, sink.',
    }),
    channels: z.array(channel).optional().meta({ description: 'Which outputs go to which actors.' }),
    subscriptions: z.array(subscription).optional().meta({ description: 'Which topics go to which actors.' }),
    supervisors: z.array(supervisor).optional().meta({
      description: 'Who starts actors again that fail. An actor without a supervisor stays failed.',
    }),
    inject: z.array(injection).optional().meta({
      description: 'Messages that a run sends when it is given none.',
    }),
    types: z.record(z.string().min(1), z.int().min(1).max(hueCount)).optional().meta({
      description: 'The colour of each message type in the studio: a hue, 1 to 8.',
    }),
  })
  .meta({ title: 'Ring Kernel Studio topology', description: 'Actors, and the channels between them.' });

export type Topology = DeepReadonly<z.infer<typeof topologySchema>>;
export type TopologyActor = Topology['actors'][number];
export type TopologyHost = NonNullable<Topology['hosts']>[number];
export type TopologyChannel = NonNullable<Topology['channels']>[number];
export type TopologySupervisor = NonNullable<Topology['supervisors']>[number];
export type TopologySubscription = NonNullable<Topology['subscriptions']>[number];
/** How messages are shared out among the instances of a receiver. */
export type Routing = NonNullable<TopologyChannel['routing']>;
export type OverflowPolicy = z.infer<typeof overflowPolicy>;

/** An actor's launch settings, with defaults for what its entry leaves out. */
export interface ActorSettings {
  readonly instances: number;
  readonly capacity: number;
  readonly urgent: number;
  readonly overflow: OverflowPolicy;
  readonly outbox: number;
  readonly dedup: number;
}

export function actorSettings({ instances, queue: limits }: TopologyActor): ActorSettings {
  const capacity = limits?.capacity ?? actorDefaults.capacity;
  return {
    instances: instances ?? actorDefaults.instances,
    capacity,
    urgent: limits?.urgent ?? Math.min(capacity, MOST_URGENT),
    overflow: limits?.overflow ?? actorDefaults.overflow,
    outbox: limits?.outbox ?? actorDefaults.outbox,
    dedup: limits?.dedup ?? actorDefaults.dedup,
  };
}

/** The GPUs that a run on `chosen` needs, that one first. */
export function gpusOf({ actors }: Pick<Topology, 'actors'>, chosen: number): readonly number[] {
  return [...new Set([chosen, ...actors.flatMap(({ gpu }) => gpu ?? [])])];
}

export interface ChannelEnds {
  readonly actorId: string;
  readonly port: string;
  readonly targetId: string;
}

export function channelEnds({ from, to }: TopologyChannel): ChannelEnds {
  const [actorId = '', port = ''] = from.split('.');
  return { actorId, port, targetId: to };
}

export function nearestPowerOfTwo(value: number): number {
  const lower = 2 ** Math.floor(Math.log2(value));
  return value - lower <= lower * 2 - value ? lower : lower * 2;
}
