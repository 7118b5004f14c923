import { ACTOR, ACTOR_STATE, HEADER, RING } from '../../../app/abi/arena-layout.ts';
import { HostRing } from '../../../app/runtime/host-ring.ts';
import type { OverflowPolicy } from '../../../app/runtime/overflow.ts';
import { RingDiscard } from '../../../app/runtime/ring-discard.ts';
import { makeReady } from '../../devices/cpu/doorbell.ts';
import { InboxRepair } from '../../devices/arena/inbox-repair.ts';
import { resetWorkerBlock } from '../../devices/cpu/worker-block.ts';
import type { WatchedKernels } from './kernels.fixture.ts';
import type { Thread } from './local-states.ts';
import type { Scenario } from './model-check.ts';
import { Stage, type StagedActor } from './stage.ts';

/** Nothing of the product lies there. */
export const MISTAKE_WORD = 2048;
/** So that positions wrap around at once. */
const LAST_POSITION = 0xffff_ffff;

export interface InboxShape {
  readonly producers: number;
  readonly messages: number;
  readonly capacity: number;
  readonly overflow?: OverflowPolicy;
  /** Workers sleep on their doorbells; else they look for work again and again. */
  readonly sleeps?: boolean;
  /** The first producer's worker may die at any point. */
  readonly dies?: boolean;
  /** A mistake on purpose: the number of a mutation. */
  readonly mistake?: number;
  /** Likewise: the repair leaves rings as they are. */
  readonly forgetsRings?: boolean;
}

/** Values name their producer and its count: 11, 12, 21 … */
function valuesOf(producer: number, messages: number): number[] {
  return Array.from({ length: messages }, (_, index) => (producer + 1) * 10 + index + 1);
}

/** Actors that send to one: their whole drain loops, on a worker each. */
export function inboxScenario(kernels: WatchedKernels, shape: InboxShape): Scenario {
  const {
    producers,
    messages,
    capacity,
    overflow = 'block',
    sleeps = false,
    dies = false,
    forgetsRings = false,
    mistake = 0,
  } = shape;
  const stage = new Stage(kernels);
  stage.arena.u32[MISTAKE_WORD >>> 2] = mistake;
  const sink = stage.addActor({ kernel: 'sink', name: 'sink', capacity, overflow, start: LAST_POSITION });
  const numbers = Array.from({ length: producers }, (_, producer) => producer);
  const sources = numbers.map((producer) => {
    const name = `source ${producer + 1}`;
    const source = stage.addActor({ kernel: 'source', name, capacity: messages > 2 ? 4 : 2, target: sink }); // the repair tells slots of neighbours apart
    stage.feed(source, valuesOf(producer, messages));
    return source;
  });
  const { inbox } = sink.memory;
  // A message that is copied while somebody drops it and writes over it: the exchange fails then, and the copy is void.
  if (overflow === 'dropOldest') stage.allowRaces(inbox + RING.sizeBytes, capacity * 128);
  const actors = [...sources, sink];
  const threads = actors.map((actor, index): Thread => {
    const name = index === producers ? 'sink' : `source ${index + 1}`;
    return { ...stage.workerThread(actor, { name, sleeps }), isMortal: dies && index === 0 };
  });
  return {
    stage,
    threads: threads.map((thread, index) => withSuccessor(stage, thread, actors[index]!)),
    always: (word) => {
      const depth = (word(inbox + RING.tail) - word(inbox + RING.head)) >>> 0;
      return depth > capacity ? `${depth} messages in an inbox of ${capacity}` : undefined;
    },
    atRest: () => judge(stage, { sink, sources, messages }),
    repair: (dead) => mend(stage, { actors, dead, forgetsRings }),
  };
}

interface Cast {
  readonly sink: StagedActor;
  readonly sources: readonly StagedActor[];
  readonly messages: number;
}

const word = ({ arena }: Stage, address: number): number => arena.u32[address >>> 2]!;

/** What is wrong when nobody moves any more. */
function judge(stage: Stage, { sink, sources, messages }: Cast): string | undefined {
  const { torn, values } = stage.notes(sink);
  const { inbox, address } = sink.memory;
  if (torn > 0) return `${torn} torn messages`;
  const evicted = word(stage, inbox + RING.evicted) - word(stage, inbox + RING.evictedTombstones);
  const skipped = word(stage, inbox + RING.skipped);
  if (word(stage, address + ACTOR.processed) !== values.length) return 'processed is wrong';
  const taken = (word(stage, inbox + RING.tail) - LAST_POSITION) >>> 0;
  const accounted = values.length + evicted + skipped + word(stage, inbox + RING.evictedTombstones);
  if (taken !== accounted) return `${taken} positions claimed, ${accounted} accounted for`;
  let sent = 0;
  for (const [producer, source] of sources.entries()) {
    if (word(stage, source.memory.address + ACTOR.waitingOn) !== 0) return `source ${producer + 1} waits for room`;
    const done = word(stage, source.memory.address + ACTOR.processed);
    const isFailed = word(stage, source.memory.address + ACTOR.state) === ACTOR_STATE.failed;
    if (!isFailed && done !== messages) return `source ${producer + 1} has processed ${done} of ${messages}`;
    if (word(stage, source.memory.address + ACTOR.sent) !== done)
      return `source ${producer + 1} miscounts what it sent`;
    sent += done;
    const own = values.filter((value) => Math.floor(value / 10) === producer + 1);
    if (own.some((value, index) => index > 0 && value <= own[index - 1]!)) return `out of order: ${own.join()}`;
    if (own.some((value) => value > (producer + 1) * 10 + done)) return `never sent: ${own.join()}`;
  }
  return values.length + evicted === sent
    ? undefined
    : `${sent} sent, ${values.length} consumed (${values.join()}), ${evicted} dropped`;
}

const RESTARTED = 1;
const FAILED = 2;

/** A thread that can begin again after its death, as a new worker does for the actors that it finds. */
function withSuccessor(stage: Stage, thread: Thread, actor: StagedActor): Thread {
  return {
    ...thread,
    turn: (label) => {
      if (label === RESTARTED) stage.settle(actor);
      if (label === FAILED) stage.fail(actor);
      return thread.turn(0);
    },
  };
}

interface Death {
  readonly actors: readonly StagedActor[];
  readonly dead: number;
  readonly forgetsRings: boolean;
}

/** What the device does after a death (`#replaceDead`), with its own parts. */
function mend(stage: Stage, { actors, dead, forgetsRings }: Death): number {
  const repair = new InboxRepair(stage.watchedArena);
  const { memory, worker } = actors[dead]!;
  const aftermath = repair.mendActor(memory.address, worker.address);
  for (const { memory: each } of actors) {
    if (!forgetsRings) for (const ring of [each.inbox, each.inboxUrgent, each.outRing]) repair.mendRing(ring);
    stage.watchedArena.u32[(each.address + ACTOR.waitingOn) >>> 2] = 0;
  }
  resetWorkerBlock(stage.watchedArena.i32, worker.address);
  for (const { worker: each } of actors) makeReady(stage.watchedArena.i32, each.address, 0);
  return aftermath === 'lost-in-handler' ? FAILED : RESTARTED;
}

/**
 * Both inboxes of an actor are to be emptied, of one message each, while another actor sends it one that takes the place
 * of the first: what was there is dropped, what comes is handled.
 */
export function clearingScenario(kernels: WatchedKernels): Scenario {
  const [old, urgent, fresh] = [1, 2, 3];
  const stage = new Stage(kernels);
  const sink = stage.addActor({ kernel: 'sink', name: 'sink', capacity: 1, overflow: 'dropOldest' });
  const source = stage.addActor({ kernel: 'source', name: 'source', capacity: 2, target: sink });
  const { inbox, inboxUrgent, address } = sink.memory;
  stage.allowRaces(inbox + RING.sizeBytes, 128);
  stage.feed(source, [fresh]);
  stage.feed(sink, [old], inbox);
  stage.feed(sink, [urgent], inboxUrgent);
  for (const ring of [inbox, inboxUrgent]) new RingDiscard(stage.arena, ring).request(1, 'cleared');
  return {
    stage,
    threads: [source, sink].map((actor) => stage.workerThread(actor, { name: actor.kernel, sleeps: false })),
    always: () => undefined,
    atRest: () => {
      const { values } = stage.notes(sink);
      const dropped = word(stage, address + ACTOR.dropped) + word(stage, inbox + RING.evicted);
      if (values.join() !== String(fresh)) return `consumed: ${values.join()}`;
      return dropped === 2 ? undefined : `${dropped} dropped`;
    },
  };
}

export interface HostRingShape {
  readonly messages: number;
  readonly capacity: number;
  /** Has the actor drop what lies below the position behind that many messages, once so many are sent. */
  readonly discards?: number;
  readonly sleeps?: boolean;
  /** A mistake on purpose: publishes before it has written. */
  readonly publishesEarly?: boolean;
}

/** The host sends to an actor through its ring. */
export function hostRingScenario(kernels: WatchedKernels, shape: HostRingShape): Scenario {
  const { messages, capacity, discards = 0, sleeps = false, publishesEarly = false } = shape;
  const stage = new Stage(kernels);
  const sink = stage.addActor({ kernel: 'sink', name: 'sink', capacity, start: LAST_POSITION });
  const { hostRing, address } = sink.memory;
  const arena = stage.watchedArena;
  const send = (ring: HostRing, value: number): boolean => {
    const slot = ring.reserve();
    if (slot === -1) return false;
    if (publishesEarly) ring.publish();
    stage.writeItem(arena, slot, value);
    if (!publishesEarly) ring.publish();
    makeReady(arena.i32, sink.worker.address, 0);
    return true;
  };
  const host: Thread = {
    name: 'host',
    turn: () => {
      const ring = new HostRing(arena, hostRing);
      let accepted = 0;
      for (let value = 1; value <= messages; value++) {
        if (send(ring, value)) accepted++;
        if (value !== discards) continue;
        new RingDiscard(arena, hostRing).request(ring.nextPosition, 'cleared');
        makeReady(arena.i32, sink.worker.address, 0);
      }
      arena.u32[(sink.memory.scratch + HEADER.sizeBytes) >>> 2] = accepted;
      return undefined;
    },
  };
  return {
    stage,
    threads: [host, stage.workerThread(sink, { name: 'sink', sleeps })],
    always: (at) => {
      const depth = (at(hostRing + RING.tail) - at(hostRing + RING.head)) >>> 0;
      return depth > capacity ? `${depth} messages in a ring of ${capacity}` : undefined;
    },
    atRest: () => {
      const { torn, values } = stage.notes(sink);
      const accepted = word(stage, sink.memory.scratch + HEADER.sizeBytes);
      const dropped = word(stage, address + ACTOR.dropped);
      if (torn > 0) return `${torn} torn messages`;
      if (word(stage, hostRing + RING.head) !== word(stage, hostRing + RING.tail)) return 'slots are not given back';
      if (discards === 0 && dropped !== 0) return `${dropped} dropped`;
      if (values.some((value, index) => index > 0 && value <= values[index - 1]!))
        return `out of order: ${values.join()}`;
      return values.length + dropped === accepted ? undefined : `${accepted} accepted, ${values.join()} consumed`;
    },
  };
}
