import { ACTOR, HEADER, HOST_ACTOR_ID, RING } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { DeviceKind } from '../device/device.ts';
import type { KernelInfo } from '../model/program.ts';
import type { Actor } from './actor.ts';
import type { ActorDirectory } from './actor-directory.ts';
import type { ActorInstance, InstanceEvents } from './actor-instance.ts';
import { ActorMemory } from './actor-memory.ts';
import { sizeActor } from './actor-size.ts';
import type { Channels } from './channels.ts';
import { planActor } from './launch.ts';
import type { NameService } from './names/name-service.ts';
import { deadLetterReason, type FoundDeadLetter } from './message.ts';
import type { LoadedKernel } from './programs.ts';
import { isDeadLetter, portAt, receiverOf, setPort, undeliveredOf, untakenOf, waitingFor } from './queued.ts';
import type { RouteTable } from './route-table.ts';

export type CreateInstance = (code: LoadedKernel, memory: ActorMemory) => ActorInstance;

interface StepSurroundings {
  readonly arena: Arena;
  readonly device: DeviceKind;
  readonly channels: Channels;
  readonly directory: ActorDirectory;
  readonly names: NameService;
  readonly events: InstanceEvents;
  readonly createInstance: CreateInstance;
}

/** An instance that starts afresh. */
interface Succession {
  readonly former: ActorInstance;
  readonly successor: ActorInstance;
  /** What lay in the queues of the former one. */
  letters: readonly FoundDeadLetter[];
}

/** The change itself: memory is taken before, the swap is one synchronous call, what was left over is counted after it. */
export class ReloadStep {
  readonly #codes: ReadonlyMap<Actor, LoadedKernel>;
  readonly #surroundings: StepSurroundings;
  readonly #successions = new Map<Actor, readonly Succession[]>();

  /** @throws StudioError `OutOfMemory` */
  constructor(codes: ReadonlyMap<Actor, LoadedKernel>, fresh: ReadonlySet<Actor>, surroundings: StepSurroundings) {
    this.#codes = codes;
    this.#surroundings = surroundings;
    try {
      for (const [actor, code] of codes) if (fresh.has(actor)) this.#prepare(actor, code);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Nobody runs the actors. Lacks nothing but memory for routes, without which nothing is changed. */
  swap(): void {
    const routes = this.#createRoutes();
    for (const [actor, code] of this.#codes) {
      const successions = this.#successions.get(actor);
      if (successions === undefined) this.#keep(actor, code, routes);
      else this.#startAfresh(actor, successions, routes);
    }
  }

  /** Counts and tells what was left over, before anything else happens: listeners may do what they like. */
  finish(): void {
    for (const succession of [...this.#successions.values()].flat()) this.#bury(succession);
  }

  /** Nothing came of it. */
  abandon(): void {
    for (const { successor } of [...this.#successions.values()].flat()) successor.memory.free();
  }

  #prepare(actor: Actor, code: LoadedKernel): void {
    const { arena, device, createInstance } = this.#surroundings;
    const ids = actor.instances.map(({ id }) => id);
    const { capacity, urgentCapacity, outboxCapacity, seed, ledgerCapacity, gpu } = actor.instances[0]!.memory.plan;
    const queue = { capacity, urgent: urgentCapacity, overflow: actor.overflow, outbox: outboxCapacity };
    const plans = planActor({ kernel: code, name: actor.name, instances: ids.length, queue, ...actor.sizes }, ids, {
      seed,
      ledgerCapacity,
      gpu,
      device,
    });
    const successions: Succession[] = [];
    this.#successions.set(actor, successions);
    for (const [index, former] of actor.instances.entries()) {
      const memory = new ActorMemory(arena, plans[index]!, former.memory);
      successions.push({ former, successor: createInstance(code, memory), letters: [] });
    }
  }

  /** For whom the list of ports changes, or starts afresh. All or none. */
  #createRoutes(): ReadonlyMap<ActorInstance, RouteTable> {
    const { channels } = this.#surroundings;
    const routes = new Map<ActorInstance, RouteTable>();
    try {
      for (const [actor, { info }] of this.#codes) {
        if (!this.#successions.has(actor) && hasSamePorts(actor.kernel, info)) continue; // so keys lie where they lay
        for (const instance of actor.instances) routes.set(instance, channels.routesOf(actor, instance, info));
      }
      return routes;
    } catch (error) {
      for (const table of routes.values()) table.free();
      throw error;
    }
  }

  #keep(actor: Actor, code: LoadedKernel, routes: ReadonlyMap<ActorInstance, RouteTable>): void {
    const size = sizeActor(code, this.#surroundings.device, actor.sizes);
    for (const instance of actor.instances) {
      instance.memory.resize(size);
      const table = routes.get(instance);
      if (table === undefined) continue;
      this.#renumberPorts(instance, code.info);
      instance.memory.setRoutes(table);
    }
    actor.runs(code);
  }

  /** Messages on their way say their port by its index. */
  #renumberPorts(instance: ActorInstance, next: KernelInfo): void {
    const { arena } = this.#surroundings;
    const indices = instance.kernel.outputs.map(
      ({ name, index }) => next.outputs.find((output) => output.name === name)?.index ?? index,
    );
    for (const slot of [...undeliveredOf(instance), ...untakenOf(arena, instance)]) {
      const port = portAt(arena, slot);
      const index = port === undefined ? undefined : indices[port];
      if (index !== undefined) setPort(arena, slot, index);
    }
  }

  #startAfresh(actor: Actor, successions: readonly Succession[], routes: ReadonlyMap<ActorInstance, RouteTable>): void {
    const { arena, directory } = this.#surroundings;
    for (const succession of successions) {
      const { former, successor } = succession;
      former.observers.signalled(former);
      succession.letters = this.#lettersOf(actor, former);
      former.stopWaiting();
      for (const ring of inboxesOf(former)) directory.waiters.wake(ring); // senders that wait for room find it in the new one
      Atomics.store(arena.u32, (former.memory.outRing + RING.waiters) >>> 2, 0);
      successor.memory.takeOver(former.memory, routes.get(former)!);
      successor.succeed(former);
    }
    this.#forgetClaims(new Set(successions.flatMap(({ former }) => inboxesOf(former))));
    const successors = successions.map(({ successor }) => successor);
    directory.replace(actor, successors);
    actor.runs(this.#codes.get(actor)!, successors);
  }

  /** What it has not processed, and what it has sent that has not arrived. */
  #lettersOf(actor: Actor, former: ActorInstance): readonly FoundDeadLetter[] {
    const { arena, channels, names } = this.#surroundings;
    const waiting = waitingFor(arena, former).map((slot) => this.#letter(slot, former.id));
    const sent = undeliveredOf(former).map((slot) => {
      const addressee = names.addresseeOfEntry(former, slot);
      if (addressee !== undefined) return { ...this.#letter(slot, HOST_ACTOR_ID), addressee, isUnsent: true };
      const known = arena.u32[(slot + HEADER.target) >>> 2]!;
      if (known !== HOST_ACTOR_ID) return { ...this.#letter(slot, known), isUnsent: true };
      const port = former.kernel.outputs[portAt(arena, slot) ?? -1]?.name;
      return { ...this.#letter(slot, channels.receiverId(actor, port)), isUnsent: true };
    });
    return [...waiting, ...sent];
  }

  /** Who sent to these rings last still names them; the repair after a worker's death would look there. */
  #forgetClaims(rings: ReadonlySet<number>): void {
    const { arena, directory } = this.#surroundings;
    for (const instance of directory.instances)
      if (rings.has(instance.word(ACTOR.claimRing)))
        Atomics.store(arena.u32, (instance.memory.address + ACTOR.claimRing) >>> 2, 0);
  }

  #letter(slot: number, target: number): FoundDeadLetter {
    const { arena } = this.#surroundings;
    const code = isDeadLetter(arena, slot) ? arena.u32[(slot + HEADER.priority) >>> 2]! >>> 16 : 0;
    return { slot, target, reason: deadLetterReason(code) ?? 'actor-reset' };
  }

  #bury({ former, letters }: Succession): void {
    const { arena, events, directory } = this.#surroundings;
    try {
      former.retire();
      former.takeOutput(); // what the host still wants of it
      const untaken = untakenOf(arena, former).map((slot) => this.#letter(slot, receiverOf(arena, slot)));
      for (const letter of [...letters, ...untaken]) events.onDeadLetter(former, letter);
      for (const bytes of former.host.takeStaged()) {
        arena.u8.set(bytes, former.memory.scratch);
        events.onDeadLetter(former, this.#letter(former.memory.scratch, former.id));
      }
    } finally {
      former.observers.removed(former);
      directory.forget(former);
    }
  }
}

function inboxesOf({ memory }: ActorInstance): readonly number[] {
  return [memory.inbox, memory.inboxUrgent];
}

function hasSamePorts(running: KernelInfo, next: KernelInfo): boolean {
  const ports = ({ outputs }: KernelInfo): string =>
    outputs.map(({ name, message }) => `${name}:${message.typeId.toString()}`).join(',');
  return ports(running) === ports(next);
}
