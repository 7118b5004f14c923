import {
  ACTOR,
  ACTOR_STATE,
  ARENA,
  ARENA_HEADER_ADDRESS,
  HEADER,
  RING,
  ROUTING,
  WORKER,
} from '../../../app/abi/arena-layout.ts';
import { Arena } from '../../../app/device/arena.ts';
import { ActorMemory } from '../../../app/runtime/actor-memory.ts';
import type { OverflowPolicy } from '../../../app/runtime/overflow.ts';
import { RouteTable } from '../../../app/runtime/route-table.ts';
import { plainSize } from '../../../app/testing/programs.ts';
import { WorkerDuty } from '../../devices/cpu/worker-duty.ts';
import { WorkerThread } from '../../devices/cpu/worker-thread.ts';
import type { WatchedKernels } from './kernels.fixture.ts';
import type { Thread } from './local-states.ts';
import { MemoryNames } from './memory-names.ts';
import { Sharing } from './sharing.ts';
import { watchArena } from './watched-arena.ts';
import { WatchedMemory, type MemoryRange } from './watched-memory.ts';

const PAGES = 320;
const STACK_BYTES = 16_384;
const PAYLOAD_BYTES = 16;
/** More than the built-in variables take. */
const SHARED_BYTES = 128;
const MORE = 1;
const ACTOR_LIMIT = 32;

interface KernelExports extends WebAssembly.Exports {
  readonly __stack_pointer: WebAssembly.Global;
  readonly __tls_base: WebAssembly.Global;
  readonly __wasm_init_tls: (address: number) => void;
  readonly ring_fail: (actor: number) => void;
  readonly ring_settle: (actor: number) => void;
}

interface ActorShape {
  readonly kernel: 'source' | 'sink';
  readonly name: string;
  readonly capacity: number;
  readonly overflow?: OverflowPolicy;
  /** Position at which all of its rings begin. */
  readonly start?: number;
  /** Who gets what it emits; the host where there is nobody. */
  readonly target?: StagedActor;
}

/** An actor that is active, alone on a worker. */
export interface StagedActor {
  readonly memory: ActorMemory;
  readonly worker: WorkerThread;
  readonly kernel: string;
  readonly readyWord: number;
  /** Address of its `__shared__` data. */
  readonly sharedData: number;
}

/** Actors, workers and rings as the product lays them out, in a memory in which threads are replayed. */
export class Stage {
  readonly arena: Arena;
  readonly watched: WatchedMemory;
  /** The same arena for code whose accesses count. */
  readonly watchedArena: Arena;
  readonly sharing: Sharing;
  readonly names = new MemoryNames();
  readonly #racing: MemoryRange[] = [];
  readonly #ignored: MemoryRange[] = [];
  readonly #vital: MemoryRange[] = [];
  readonly #exports: KernelExports;
  readonly #stackHigh: number;
  readonly #itemTypeId: number;
  #actorCount = 0;

  constructor({ module, itemTypeId }: WatchedKernels) {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: 65_536, shared: true });
    this.arena = new Arena(memory);
    this.arena.allocateProgram('kernels', 1);
    this.sharing = new Sharing(this.arena.u32.length);
    const stack = this.arena.allocate('stack', STACK_BYTES);
    this.#stackHigh = stack.address + STACK_BYTES;
    this.watched = new WatchedMemory(memory.buffer, {
      sharing: this.sharing,
      ignored: this.#ignored,
      vital: this.#vital,
      racing: this.#racing,
    });
    this.#ignored.push({ start: stack.address, end: this.#stackHigh });
    this.watchedArena = watchArena(this.arena, this.watched);
    this.#itemTypeId = itemTypeId;
    this.#exports = this.#instantiate(module, memory);
    const header = ARENA_HEADER_ADDRESS;
    this.#set(header + ARENA.actors, this.arena.allocate('directory', ACTOR_LIMIT * 4).address);
    this.#set(header + ARENA.actorLimit, ACTOR_LIMIT);
    const hostReady = this.arena.allocate('host bits', 128).address;
    this.#set(header + ARENA.hostReady, hostReady);
    this.#set(header + ARENA.hostReadyWords, 1);
    this.#set(hostReady, -1); // the host has been told of everything
    this.names.add({ name: 'host bits', start: hostReady, sizeBytes: 4 });
    this.names.add({ name: 'arena', start: header, sizeBytes: ARENA.sizeBytes, fields: ARENA });
  }

  addActor(shape: ActorShape): StagedActor {
    const { kernel, name, capacity, overflow = 'block', start = 0, target } = shape;
    const index = this.#actorCount++;
    const worker = this.#addWorker(index, name);
    const memory = new ActorMemory(this.arena, {
      ...{ actorId: index + 1, name, instance: 0, instanceCount: 1, capacity, urgentCapacity: capacity },
      ...{ outboxCapacity: 4, overflow, payloadBytes: PAYLOAD_BYTES, stateBytes: 128, initialState: undefined },
      ...{ size: plainSize, portCount: kernel === 'source' ? 1 : 0, seed: 1, ledgerCapacity: 0, gpu: 0 },
    });
    const routing = { routing: ROUTING.roundRobin, keyOffset: 0, keyBytes: 0 };
    const channels = target === undefined ? [] : [{ channel: {}, targets: [target.memory.address], routing }];
    memory.setRoutes(new RouteTable(this.arena, `${name}: routes`, kernel === 'source' ? [channels] : []));
    const { address } = memory;
    this.#set(address + ACTOR.worker, worker.address);
    this.#set(address + ACTOR.readyIndex, 0);
    this.#set(address + ACTOR.state, ACTOR_STATE.active);
    for (const count of [ACTOR.heartbeat, ACTOR.statsVersion])
      this.#ignored.push({ start: address + count, end: address + count + 4 });
    this.#vital.push({ start: address + ACTOR.phase, end: address + ACTOR.sizeBytes });
    this.#vital.push({ start: worker.address, end: worker.address + WORKER.sizeBytes });
    for (const [lane, ring] of memory.lanes.entries()) {
      this.#startRing(ring, start);
      this.#set(address + ACTOR.cursors + lane * 4, start);
      this.#set(address + ACTOR.settled + lane * 4, start);
    }
    this.#startRing(memory.outRing, start);
    this.#set(this.arena.u32[(ARENA_HEADER_ADDRESS + ARENA.actors) >>> 2]! + (index + 1) * 4, address);
    this.#name(name, memory);
    const sharedData = this.arena.allocate(`${name}: shared data`, SHARED_BYTES).address;
    this.#exports.__wasm_init_tls(sharedData);
    this.sharing.share(worker.get(WORKER.ready) >>> 2); // a turn of a worker's loop begins there
    for (const ring of [memory.inbox, memory.hostRing])
      for (const word of [RING.tail, RING.head]) this.sharing.share((ring + word) >>> 2); // properties look at them
    return { memory, worker, kernel, sharedData, readyWord: this.arena.u32[(worker.address + WORKER.ready) >>> 2]! };
  }

  /** Puts messages into one of the actor's rings, that of the host by default, and makes it ready, before anything runs. */
  feed({ memory, readyWord }: StagedActor, values: readonly number[], ring = memory.hostRing): void {
    const { u32 } = this.arena;
    for (const value of values) {
      const tail = u32[(ring + RING.tail) >>> 2]!;
      const slot = memory.slotAt(ring, tail);
      this.writeItem(this.arena, slot, value);
      this.#set(slot, tail + 1); // its sequence, at which nobody looks in a ring of the host
      this.#set(ring + RING.tail, tail + 1);
    }
    this.#set(readyWord, 1);
  }

  /** A message in a slot, but for its sequence. */
  writeItem({ u32 }: Arena, slot: number, value: number): void {
    u32[(slot + HEADER.payloadBytes) >>> 2] = PAYLOAD_BYTES;
    u32[(slot + HEADER.messageId) >>> 2] = value;
    u32[(slot + HEADER.hlc) >>> 2] = value;
    u32[(slot + HEADER.typeId) >>> 2] = this.#itemTypeId;
    u32[(slot + HEADER.port) >>> 2] = 0;
    const words = [value, value * 2, ~value, Math.imul(value, 0x9e3779b1)];
    for (const [index, word] of words.entries()) u32[((slot + HEADER.sizeBytes) >>> 2) + index] = word;
  }

  /** Plain accesses there may race. */
  allowRaces(start: number, sizeBytes: number): void {
    this.#racing.push({ start, end: start + sizeBytes });
  }

  /** A worker's thread with its one actor: what it runs is all real. `sleeps`: on its doorbell, else as by magic. */
  workerThread(actor: StagedActor, { name, sleeps }: { readonly name: string; readonly sleeps: boolean }): Thread {
    const duty = new WorkerDuty(this.watchedArena.i32, actor.worker.address);
    const run = (): boolean => this.#drain(actor) === MORE;
    return {
      name,
      turn: () => {
        if (!duty.runReadyActors(run) && sleeps) duty.sleep();
        return 0;
      },
    };
  }

  settle(actor: StagedActor): void {
    this.#call(actor, this.#exports.ring_settle);
  }

  fail(actor: StagedActor): void {
    this.#call(actor, this.#exports.ring_fail);
  }

  /** What the actor has written down, if it is a sink. */
  notes({ memory }: StagedActor) {
    const { u32 } = this.arena;
    const at = memory.state >>> 2;
    return { torn: u32[at + 1]!, values: [...u32.subarray(at + 2, at + 2 + u32[at]!)] };
  }

  #drain(actor: StagedActor): number {
    const drain = this.#exports[`ring_drain_${actor.kernel}`] as (actor: number) => number;
    return this.#call(actor, drain);
  }

  #call<T>({ memory, sharedData }: StagedActor, work: (actor: number) => T): T {
    this.#exports.__stack_pointer.value = this.#stackHigh;
    this.#exports.__tls_base.value = sharedData;
    return work(memory.address);
  }

  #addWorker(index: number, name: string): WorkerThread {
    const worker = new WorkerThread({
      ...{ arena: this.arena, index, scriptUrl: new URL('file:///'), stackBytes: 128, readyBits: 32, clockOriginMs: 0 },
      ...{ onReport: () => undefined, onDeath: () => undefined },
    });
    worker.set(WORKER.readyWords, 1);
    this.names.add({ name: `${name}'s worker`, start: worker.address, sizeBytes: WORKER.sizeBytes, fields: WORKER });
    this.names.add({ name: `${name}'s ready bits`, start: worker.get(WORKER.ready), sizeBytes: 4 });
    return worker;
  }

  /** As if it had been used up to that position. */
  #startRing(ring: number, start: number): void {
    const { u32 } = this.arena;
    const capacity = u32[(ring + RING.capacity) >>> 2]!;
    const stride = u32[(ring + RING.stride) >>> 2]!;
    this.#set(ring + RING.head, start);
    this.#set(ring + RING.tail, start);
    for (let back = 1; back <= capacity; back++) {
      const earlier = (start - back) >>> 0;
      const slot = ring + RING.sizeBytes + (earlier & (capacity - 1)) * stride;
      this.#set(slot, start === 0 ? 0 : earlier + 1);
    }
  }

  #name(name: string, memory: ActorMemory): void {
    const rings = { 'host ring': memory.hostRing, inbox: memory.inbox, 'ring to the host': memory.outRing };
    this.names.add({ name, start: memory.address, sizeBytes: ACTOR.sizeBytes, fields: ACTOR });
    for (const [ring, address] of Object.entries(rings)) {
      this.names.add({ name: `${name}'s ${ring}`, start: address, sizeBytes: RING.sizeBytes, fields: RING });
      for (let slot = 0; slot < memory.capacity; slot++)
        this.names.add({
          name: `${name}'s ${ring}[${slot}]`,
          start: memory.slotAt(address, slot),
          sizeBytes: 128,
          fields: HEADER,
        });
    }
  }

  #instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
    const { watched } = this;
    const nothing = (): number => 0;
    const hosts = WebAssembly.Module.imports(module).filter(({ name }) => name.startsWith('ring_host_'));
    const env = {
      ...Object.fromEntries(hosts.map(({ name }) => [name, nothing])),
      memory,
      watch_before: (address: number, offset: number, what: number) => watched.before(address, offset, what),
      watch_after: () => watched.after(),
      watch_copy: (to: number, from: number, sizeBytes: number) => watched.copy(to, from, sizeBytes),
      watch_fill: (to: number, value: number, sizeBytes: number) => watched.fill(to, value, sizeBytes),
      watch_notify: (address: number, offset: number) => watched.notify(address, offset),
    };
    return new WebAssembly.Instance(module, { env }).exports as KernelExports;
  }

  #set(address: number, value: number): void {
    this.arena.u32[address >>> 2] = value;
  }
}
