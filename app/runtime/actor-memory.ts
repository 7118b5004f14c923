import {
  ACTOR,
  ACTOR_STATE,
  HEADER,
  HISTOGRAM_BUCKETS,
  LEDGER,
  LEDGER_RECORD,
  MAX_BATCH,
  MISSES,
  OVERFLOW,
  RING,
  ROUTE,
} from '../abi/arena-layout.ts';
import { blockBytes, roundUp, type Arena, type ArenaBlock } from '../device/arena.ts';
import type { LaunchSize } from '../model/launch-size.ts';
import { dimTotal } from '../model/dim3.ts';
import { sharedDataBytes } from './actor-size.ts';
import type { OverflowPolicy } from './overflow.ts';
import type { RouteTable } from './route-table.ts';

/** One part of what an actor needs. */
interface Part {
  readonly label: string;
  readonly sizeBytes: number;
}

export interface ActorPlan {
  readonly actorId: number;
  /** `mean#0`, for labels. */
  readonly name: string;
  readonly instance: number;
  readonly instanceCount: number;
  readonly capacity: number;
  /** Of each urgent lane. */
  readonly urgentCapacity: number;
  readonly outboxCapacity: number;
  readonly overflow: OverflowPolicy;
  /** Largest payload of a slot of its rings, in bytes. */
  readonly payloadBytes: number;
  readonly stateBytes: number;
  /** `T{}` of its state, undefined when it has none. */
  readonly initialState: Uint8Array | undefined;
  /** At its launch. The device allocates its shared data. */
  readonly size: LaunchSize;
  /** Output ports. */
  readonly portCount: number;
  readonly seed: number;
  /** Records of its ledger, a power of two; 0: nobody keeps one. */
  readonly ledgerCapacity: number;
  /** Which of the device's GPUs runs it. */
  readonly gpu: number;
}

/** Hops after which a forwarded message becomes a dead letter. */
const MAX_HOPS = 64;

export function strideOf(payloadBytes: number): number {
  return HEADER.sizeBytes + roundUp(Math.max(payloadBytes, 1), 64);
}

/** Undefined when nobody keeps one. */
function ledgerPart({ name, ledgerCapacity }: ActorPlan): Part | undefined {
  if (ledgerCapacity === 0) return undefined;
  return { label: `${name}: ledger`, sizeBytes: LEDGER.sizeBytes + ledgerCapacity * LEDGER_RECORD.sizeBytes };
}

function partsOf(plan: ActorPlan) {
  const { name, capacity, urgentCapacity, outboxCapacity } = plan;
  const stride = strideOf(plan.payloadBytes);
  const urgentBytes = RING.sizeBytes + urgentCapacity * stride;
  return {
    block: { label: `${name}: control and telemetry`, sizeBytes: ACTOR.sizeBytes },
    histogram: { label: `${name}: latency histogram`, sizeBytes: HISTOGRAM_BUCKETS * 8 },
    hostRing: { label: `${name}: host ring`, sizeBytes: RING.sizeBytes + capacity * stride },
    inbox: { label: `${name}: inbox`, sizeBytes: RING.sizeBytes + capacity * stride },
    hostUrgent: { label: `${name}: urgent host ring`, sizeBytes: urgentBytes },
    inboxUrgent: { label: `${name}: urgent inbox`, sizeBytes: urgentBytes },
    outRing: { label: `${name}: ring to the host`, sizeBytes: RING.sizeBytes + capacity * stride },
    misses: { label: `${name}: names asked for`, sizeBytes: MISSES.sizeBytes },
    outbox: { label: `${name}: outbox`, sizeBytes: outboxCapacity * stride },
    hand: { label: `${name}: message in hand`, sizeBytes: plan.overflow === 'dropOldest' ? stride : 1 },
    handTimes: { label: `${name}: times in hand`, sizeBytes: plan.overflow === 'dropOldest' ? 2 * MAX_BATCH * 8 : 1 },
    scratch: { label: `${name}: overflow`, sizeBytes: stride },
    state: { label: `${name}: state`, sizeBytes: Math.max(plan.stateBytes, 1) },
  } satisfies Record<string, Part>;
}

/** What launching the actor will take from the arena: its own blocks, its empty routes, what the device adds. */
export function memoryNeeds(plan: ActorPlan): readonly Part[] {
  const routes = { label: `${plan.name}: routes`, sizeBytes: plan.portCount * ROUTE.sizeBytes };
  const shared = { label: `${plan.name}: shared data`, sizeBytes: sharedDataBytes(plan.size) };
  const parts = [...Object.values(partsOf(plan)), routes, ...(shared.sizeBytes === 0 ? [] : [shared])];
  const ledger = ledgerPart(plan);
  if (ledger !== undefined) parts.push(ledger);
  return parts.map(({ label, sizeBytes }) => ({ label, sizeBytes: blockBytes(sizeBytes) }));
}

/** The blocks of one actor in the arena, laid out and filled in: everything but what the device decides. */
export class ActorMemory {
  readonly plan: ActorPlan;
  readonly address: number;
  readonly hostRing: number;
  readonly inbox: number;
  readonly hostUrgent: number;
  readonly inboxUrgent: number;
  /** The four that it consumes, by `LANE`. */
  readonly lanes: readonly number[];
  readonly outRing: number;
  readonly outbox: number;
  /** A slot for a host message that finds no room. */
  readonly scratch: number;
  readonly #hand: number;
  readonly #handTimes: number;
  readonly misses: number;
  readonly histogram: number;
  /** 0 when nobody keeps one. */
  readonly ledger: number;
  /** Bytes of payload that a slot of its rings has room for. */
  readonly payloadRoom: number;
  readonly #arena: Arena;
  readonly #blocks: ArenaBlock[] = [];
  #block: ArenaBlock | undefined;
  #routes: RouteTable | undefined;
  #state: number;
  #size: LaunchSize;

  /** With `former`, which keeps its own until `takeOver`, at the same address: others know the actor by that. */
  constructor(arena: Arena, plan: ActorPlan, former?: ActorMemory) {
    const { block, ...rest } = partsOf(plan);
    this.plan = plan;
    this.#size = plan.size;
    this.#arena = arena;
    this.payloadRoom = strideOf(plan.payloadBytes) - HEADER.sizeBytes;
    this.#block = former === undefined ? arena.allocate(block.label, block.sizeBytes) : undefined;
    const parts = this.#allocate(rest);
    this.address = this.#block?.address ?? former!.address;
    this.hostRing = parts.hostRing;
    this.inbox = parts.inbox;
    this.hostUrgent = parts.hostUrgent;
    this.inboxUrgent = parts.inboxUrgent;
    this.lanes = [this.hostRing, this.inbox, this.hostUrgent, this.inboxUrgent];
    this.outRing = parts.outRing;
    this.outbox = parts.outbox;
    this.scratch = parts.scratch;
    this.#hand = plan.overflow === 'dropOldest' ? parts.hand : 0;
    this.#handTimes = parts.handTimes;
    this.#state = parts.state;
    this.misses = parts.misses;
    this.histogram = parts.histogram;
    const ledger = ledgerPart(plan);
    this.ledger = ledger === undefined ? 0 : this.#allocate({ ledger }).ledger;
    for (const ring of this.lanes) this.#layOutRing(ring, plan.actorId);
    this.#layOutRing(this.outRing, 0);
    if (this.ledger !== 0) this.#layOutLedger();
    if (plan.initialState !== undefined) arena.u8.set(plan.initialState, this.#state);
    if (former === undefined) this.#fillIn();
  }

  /** The numbers of its messages so far: whoever gets its id next goes on from there, so that no message id repeats. */
  get messageCounter(): readonly [low: number, high: number] {
    const at = (this.address + ACTOR.messageCounter) >>> 2;
    return [Atomics.load(this.#arena.u32, at), Atomics.load(this.#arena.u32, at + 1)];
  }

  set messageCounter([low, high]: readonly [low: number, high: number]) {
    this.#arena.u32.set([low, high], (this.address + ACTOR.messageCounter) >>> 2);
  }

  /** Begins afresh in the block of `former`, which nobody runs, with the routes given. */
  takeOver(former: ActorMemory, routes: RouteTable): void {
    const { u8 } = this.#arena;
    // Ids and times of messages do not repeat.
    const lasting = [ACTOR.messageCounter, ACTOR.lastHlc].map((offset) => this.address + offset);
    const values = lasting.map((at) => u8.slice(at, at + 8));
    u8.fill(0, this.address, this.address + ACTOR.sizeBytes);
    this.#fillIn();
    for (const [index, at] of lasting.entries()) u8.set(values[index]!, at);
    this.#block = former.#block;
    former.#block = undefined;
    if (former.#routes !== undefined) routes.continue(former.#routes);
    this.setRoutes(routes);
  }

  /** Slot of one of its rings, from what the host knows: the ring's own words may have been overwritten. */
  slotAt(ring: number, position: number): number {
    return ring + RING.sizeBytes + (position & (this.capacityOf(ring) - 1)) * (HEADER.sizeBytes + this.payloadRoom);
  }

  get capacity(): number {
    return this.plan.capacity;
  }

  /** Slots of one of its rings. */
  capacityOf(ring: number): number {
    return ring === this.hostUrgent || ring === this.inboxUrgent ? this.plan.urgentCapacity : this.plan.capacity;
  }

  get state(): number {
    return this.#state;
  }

  get size(): LaunchSize {
    return this.#size;
  }

  /** It has another size from now on; it is not running, and the device gives it other shared data. */
  resize(size: LaunchSize): void {
    this.#size = size;
    this.#writeSize();
  }

  /** The state lies in `block`, which it takes over, from now on; it is not running. */
  moveState(block: ArenaBlock): void {
    const index = this.#blocks.findIndex(({ address }) => address === this.#state);
    for (const former of this.#blocks.splice(index, 1, block)) this.#arena.free(former);
    this.#state = block.address;
    this.#arena.u32[(this.address + ACTOR.stateAddress) >>> 2] = block.address;
  }

  /** Where the message of a lane lies that the actor has in hand when its cursor is at `position`. */
  slotInHand(lane: number, position: number): number {
    return this.isEvictable(lane) ? this.#hand : this.slotAt(this.lanes[lane]!, position);
  }

  /** Senders may drop the lane's oldest message: one that is in hand has left the ring. */
  isEvictable(lane: number): boolean {
    return this.#hand !== 0 && lane % 2 === 1;
  }

  /** It waits for answers about what its handler has named. */
  get isAsking(): boolean {
    return Atomics.load(this.#arena.u32, (this.misses + MISSES.asked) >>> 2) !== 0;
  }

  get routes(): RouteTable | undefined {
    return this.#routes;
  }

  /** Where its output ports lead from now on; it is not running. */
  setRoutes(routes: RouteTable): void {
    const { u32 } = this.#arena;
    if (this.#routes !== undefined) routes.continue(this.#routes);
    u32[(this.address + ACTOR.routes) >>> 2] = routes.address;
    u32[(this.address + ACTOR.routeCount) >>> 2] = routes.portCount;
    this.#routes?.free();
    this.#routes = routes;
  }

  /** Gives everything back. Nothing may refer to the actor any more. */
  free(): void {
    for (const block of this.#blocks.splice(0)) this.#arena.free(block);
    if (this.#block !== undefined) this.#arena.free(this.#block);
    this.#block = undefined;
    this.#routes?.free();
    this.#routes = undefined;
  }

  /** All or none; gives their addresses. */
  #allocate<Name extends string>(parts: Readonly<Record<Name, Part>>): Record<Name, number> {
    try {
      const entries = Object.entries<Part>(parts).map(([name, part]) => {
        const block = this.#arena.allocate(part.label, part.sizeBytes);
        this.#blocks.push(block);
        return [name, block.address] as const;
      });
      return Object.fromEntries(entries) as Record<Name, number>; // the same names
    } catch (error) {
      this.free();
      throw error;
    }
  }

  #layOutRing(ring: number, owner: number): void {
    const { u32 } = this.#arena;
    const { plan } = this;
    const capacity = this.capacityOf(ring);
    u32[(ring + RING.capacity) >>> 2] = capacity;
    u32[(ring + RING.mask) >>> 2] = capacity - 1;
    u32[(ring + RING.stride) >>> 2] = strideOf(plan.payloadBytes);
    u32[(ring + RING.slots) >>> 2] = ring + RING.sizeBytes;
    u32[(ring + RING.owner) >>> 2] = owner;
  }

  #layOutLedger(): void {
    const { u32 } = this.#arena;
    u32[(this.ledger + LEDGER.capacity) >>> 2] = this.plan.ledgerCapacity;
    u32[(this.ledger + LEDGER.records) >>> 2] = this.ledger + LEDGER.sizeBytes;
  }

  #fillIn(): void {
    const { u32 } = this.#arena;
    const { plan } = this;
    const set = (offset: number, value: number): void => {
      u32[(this.address + offset) >>> 2] = value;
    };
    set(ACTOR.state, ACTOR_STATE.launched);
    set(ACTOR.statsMinLatencyNs, 0xffffffff);
    set(ACTOR.statsMinLatencyNs + 4, 0xffffffff);
    set(ACTOR.id, plan.actorId);
    set(ACTOR.instance, plan.instance);
    set(ACTOR.instances, plan.instanceCount);
    for (const [lane, ring] of this.lanes.entries()) set(ACTOR.rings + lane * 4, ring);
    set(ACTOR.outRing, this.outRing);
    set(ACTOR.outbox, this.outbox);
    set(ACTOR.misses, this.misses);
    set(ACTOR.outboxCapacity, plan.outboxCapacity);
    set(ACTOR.outboxStride, strideOf(plan.payloadBytes));
    set(ACTOR.stateAddress, this.#state);
    set(ACTOR.histogram, this.histogram);
    set(ACTOR.ledger, this.ledger);
    set(ACTOR.seedLow, plan.seed >>> 0);
    set(ACTOR.seedHigh, plan.actorId);
    set(ACTOR.maxHops, MAX_HOPS);
    set(ACTOR.overflow, OVERFLOW[plan.overflow]);
    set(ACTOR.gpu, plan.gpu);
    set(ACTOR.hand, this.#hand);
    set(ACTOR.handTimes, this.#handTimes);
    this.#writeSize();
  }

  #writeSize(): void {
    const { block, grid, sharedStride, sharedBytes } = this.#size;
    const { u32 } = this.#arena;
    u32.set(block, (this.address + ACTOR.blockDim) >>> 2);
    u32.set(grid, (this.address + ACTOR.gridDim) >>> 2);
    u32[(this.address + ACTOR.firstBlock) >>> 2] = this.plan.instance * dimTotal(grid);
    u32[(this.address + ACTOR.sharedStride) >>> 2] = sharedStride;
    u32[(this.address + ACTOR.sharedBytes) >>> 2] = sharedBytes;
  }
}
