import type { Arena } from '../device/arena.ts';
import { Actor } from './actor.ts';
import type { ActorDirectory } from './actor-directory.ts';
import { ActorInstance, type InstanceEvents } from './actor-instance.ts';
import { ActorMemory, type ActorPlan } from './actor-memory.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import type { DeliveryObservers } from './delivery-observers.ts';
import type { HostActors } from './host-actors/host-actors.ts';
import { checkMemory, checkSpec, gpuIndex, planActor, type LaunchSpec, type LoadedKernel } from './launch.ts';
import type { Lifetime } from './lifetime.ts';
import { LEDGER_RECORDS } from './ledger/open-ledger.ts';
import type { Programs } from './programs.ts';
import { ReceiveQueue } from './receive-queue.ts';
import { RouteTable } from './route-table.ts';
import { idsOf, placementOf, unconnected, type RuntimePorts } from './runtime-parts.ts';

interface LauncherInit {
  readonly ports: Pick<RuntimePorts, 'device' | 'seed' | 'receiveCapacity' | 'ledger'>;
  readonly lifetime: Lifetime;
  readonly directory: ActorDirectory;
  readonly programs: Programs;
  readonly events: InstanceEvents;
  /** Whose names are taken too. */
  readonly hosts: HostActors;
  readonly observers: DeliveryObservers;
  readonly surroundings: ActorSurroundings;
}

/** Gives actors their memory, and has the device run them. */
export class Launcher {
  readonly #init: LauncherInit;
  readonly #arena: Arena;

  constructor(init: LauncherInit) {
    this.#init = init;
    this.#arena = init.ports.device.arena;
  }

  /** All or none. */
  async launchAll(specs: readonly LaunchSpec[]): Promise<readonly Actor[]> {
    this.#init.lifetime.check();
    const { directory, hosts, ports } = this.#init;
    const names = new Set([...directory.names, ...hosts.all.map(({ name }) => name)]);
    for (const spec of specs) {
      this.#init.programs.checkLoaded(spec.kernel);
      checkSpec(spec, names, ports.device.kind);
    }
    this.#init.directory.checkNames([...names]);
    const actors = this.#init.surroundings.buffers.makingRoom(() => this.#createAll(specs));
    try {
      await this.#init.lifetime.race(
        this.#init.ports.device.place(actors.flatMap(({ instances }) => instances.map(placementOf))),
      );
    } catch (error) {
      await this.#takeBack(actors);
      throw error;
    }
    for (const actor of actors) {
      this.#init.directory.publish(actor);
      for (const instance of actor.instances) instance.launched();
    }
    return actors;
  }

  #createAll(specs: readonly LaunchSpec[]): readonly Actor[] {
    const ids = this.#init.directory.takeIds(specs.reduce((sum, { instances = 1 }) => sum + instances, 0));
    const unused = [...ids];
    const actors: Actor[] = [];
    try {
      const { seed = 0, ledger = false, device } = this.#init.ports;
      const ledgerCapacity = ledger ? LEDGER_RECORDS : 0;
      const planned = specs.map((spec) => ({
        spec,
        plans: planActor(spec, unused.splice(0, spec.instances ?? 1), {
          ...{ seed, ledgerCapacity, device: device.kind, gpu: gpuIndex(spec, device) },
        }),
      }));
      checkMemory(
        this.#arena,
        planned.flatMap(({ plans }) => plans),
      );
      for (const { spec, plans } of planned) {
        const actor = this.#create(spec, plans);
        this.#init.directory.add(actor);
        actors.push(actor);
      }
      return actors;
    } catch (error) {
      for (const actor of actors) this.#init.directory.delete(actor);
      this.#init.directory.releaseIds(ids);
      throw error;
    }
  }

  #create(
    { kernel, name = kernel.info.name, queue = {}, block, grid, sharedBytes }: LaunchSpec,
    plans: readonly ActorPlan[],
  ): Actor {
    return new Actor({
      instances: this.#createInstances(kernel, plans),
      name,
      code: kernel,
      sizes: { block, grid, sharedBytes },
      overflow: queue.overflow ?? 'block',
      dedup: queue.dedup ?? 0,
      surroundings: this.#init.surroundings,
      received: new ReceiveQueue(this.#init.ports.receiveCapacity ?? 1024),
    });
  }

  #createInstances(kernel: LoadedKernel, plans: readonly ActorPlan[]): readonly ActorInstance[] {
    const arena = this.#arena;
    const memories: ActorMemory[] = [];
    try {
      return plans.map((plan) => {
        const memory = new ActorMemory(arena, plan);
        memories.push(memory);
        memory.setRoutes(new RouteTable(arena, `${plan.name}: routes`, unconnected(kernel)));
        return this.createInstance(kernel, memory);
      });
    } catch (error) {
      for (const memory of memories) memory.free();
      throw error;
    }
  }

  createInstance(code: LoadedKernel, memory: ActorMemory): ActorInstance {
    const { ports, lifetime, directory, events, observers } = this.#init;
    const { device } = ports;
    return new ActorInstance({ device, code, memory, events, waiters: directory.waiters, lifetime, observers });
  }

  /** Undoes a launch that the device could not finish. */
  async #takeBack(actors: readonly Actor[]): Promise<void> {
    if (this.#init.lifetime.isOver) return; // the device is ending, nobody knows what it still looks at
    const ids = actors.flatMap(idsOf);
    await this.#init.ports.device.remove(ids);
    for (const actor of actors) this.#init.directory.delete(actor);
    this.#init.directory.releaseIds(ids);
  }
}
