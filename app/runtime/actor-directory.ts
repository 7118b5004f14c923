import { ARENA, ARENA_HEADER_ADDRESS } from '../abi/arena-layout.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Device } from '../device/device.ts';
import type { Actor } from './actor.ts';
import { ActorIds } from './actor-ids.ts';
import { ActorNames } from './names/actor-names.ts';
import type { ActorInstance } from './actor-instance.ts';
import { Waiters } from './waiters.ts';

/** The actors of a runtime by name, their instances by id, and the device's directory of them. */
export class ActorDirectory {
  readonly waiters: Waiters;
  readonly #device: Device;
  readonly #ids: ActorIds;
  readonly #names: ActorNames;
  /** Of actors that are gone. */
  readonly #messageCounters = new Map<number, readonly [low: number, high: number]>();
  readonly #instances = new Map<number, ActorInstance>();
  readonly #actors = new Map<string, Actor>();
  readonly #actorOf = new Map<ActorInstance, Actor>();

  constructor(device: Device) {
    this.#device = device;
    this.#ids = new ActorIds(device.actorLimit);
    this.#names = new ActorNames(device);
    this.waiters = new Waiters(device);
  }

  get actors(): readonly Actor[] {
    return [...this.#actors.values()];
  }

  get instances(): readonly ActorInstance[] {
    return [...this.#instances.values()];
  }

  get names(): readonly string[] {
    return [...this.#actors.keys()];
  }

  has(actor: Actor): boolean {
    return this.#actors.get(actor.name) === actor;
  }

  /** @throws StudioError `ActorNotFound` */
  named(name: string): Actor {
    const found = this.#actors.get(name);
    if (found !== undefined) return found;
    const hint = didYouMean(name, this.names);
    const tip = `Launched: ${this.names.join(', ')}.${hint === undefined ? '' : ` ${hint}`}`;
    throw new StudioError('ActorNotFound', `no actor '${name}'.`, { tip });
  }

  instance(id: number): ActorInstance | undefined {
    return this.#instances.get(id);
  }

  actorOf(instance: ActorInstance): Actor | undefined {
    return this.#actorOf.get(instance);
  }

  /** @throws StudioError `TooManyActors` */
  takeIds(count: number): readonly number[] {
    const ids = this.#ids.take(count);
    if (ids !== undefined) return ids;
    throw new StudioError('TooManyActors', `the device holds ${(this.#device.actorLimit - 1).toString()} actors.`, {
      tip: 'Create the runtime with a larger actorLimit.',
    });
  }

  releaseIds(ids: readonly number[]): void {
    this.#ids.release(ids);
  }

  /** @throws StudioError `NameCollision`, `TooManyNames` */
  checkNames(names: readonly string[]): void {
    this.#names.check(names);
  }

  /** Place of an actor in the devices' table; undefined when there is none of that name. */
  indexOf(name: string): number | undefined {
    return this.#names.indexOf(name);
  }

  /** The name of an actor, which may be gone, by its place in the devices' table. */
  nameAt(index: number): string | undefined {
    return this.#names.nameAt(index);
  }

  /** The actor's memory becomes the directory's to free. @throws StudioError `OutOfMemory` */
  add(actor: Actor): void {
    try {
      this.#names.add(actor.name, actor.instances);
    } catch (error) {
      for (const { memory } of actor.instances) memory.free();
      throw error;
    }
    this.#actors.set(actor.name, actor);
    for (const instance of actor.instances) {
      instance.memory.messageCounter = this.#messageCounters.get(instance.id) ?? [0, 0];
      this.#instances.set(instance.id, instance);
      this.#actorOf.set(instance, actor);
      this.waiters.add(instance.memory);
    }
  }

  /** Forgets the actor and frees its memory: neither the device nor another actor may refer to it any more. */
  delete(actor: Actor): void {
    for (const instance of actor.instances) {
      this.#instances.delete(instance.id);
      this.#actorOf.delete(instance);
      this.#messageCounters.set(instance.id, instance.memory.messageCounter);
      this.waiters.delete(instance.memory);
      instance.memory.free();
    }
    this.#actors.delete(actor.name);
    this.#names.delete(actor.name, this.instances);
  }

  /** Instances begin in the places of the actor's, under the same ids. */
  replace(actor: Actor, successors: readonly ActorInstance[]): void {
    for (const instance of actor.instances) this.waiters.delete(instance.memory);
    for (const instance of successors) {
      this.#instances.set(instance.id, instance);
      this.#actorOf.set(instance, actor);
      this.waiters.add(instance.memory);
    }
  }

  /** Forgets an instance whose place another one has taken, and frees its memory. */
  forget(former: ActorInstance): void {
    this.#actorOf.delete(former);
    former.memory.free();
  }

  /** Lets other actors find these, to reply and to send to them. */
  publish({ name, instances }: Actor): void {
    for (const { id, memory } of instances) this.#enter(id, memory.address);
    this.#names.publish(name);
  }

  withdraw({ name, instances }: Actor): void {
    this.#names.withdraw(name);
    for (const { id } of instances) this.#enter(id, 0);
  }

  #enter(id: number, address: number): void {
    const { u32 } = this.#device.arena;
    const directory = u32[(ARENA_HEADER_ADDRESS + ARENA.actors) >>> 2]!;
    Atomics.store(u32, (directory >>> 2) + id, address);
  }
}
