import type { Device } from '../device/device.ts';
import type { Actor } from './actor.ts';
import type { ActorDirectory } from './actor-directory.ts';
import type { Channels } from './channels.ts';
import { HostActor } from './host-actors/host-actor.ts';
import type { HostActors } from './host-actors/host-actors.ts';
import type { Lifetime } from './lifetime.ts';
import { checkRemovable, idsOf } from './runtime-parts.ts';
import type { Supervision } from './supervision/supervision.ts';
import type { Topics } from './topics/topics.ts';

interface RemovalsInit {
  readonly device: Device;
  readonly lifetime: Lifetime;
  readonly directory: ActorDirectory;
  readonly channels: Channels;
  readonly hosts: HostActors;
  readonly topics: Topics;
  readonly supervision: Supervision;
}

/** Actors that leave, and their memory. */
export class Removals {
  readonly #init: RemovalsInit;
  readonly #underWay = new Map<Actor, Promise<void>>();

  constructor(init: RemovalsInit) {
    this.#init = init;
  }

  isLeaving(actor: Actor): boolean {
    return this.#underWay.has(actor);
  }

  /** Nothing for one that is removed already. */
  async remove(actor: Actor | HostActor): Promise<void> {
    if (actor instanceof HostActor) this.#removeHost(actor);
    else await this.#removeActor(actor);
  }

  #removeHost(actor: HostActor): void {
    const { lifetime, hosts, channels } = this.#init;
    if (!hosts.has(actor)) return;
    lifetime.check();
    channels.checkRemovable(actor);
    hosts.remove(actor);
    channels.remove(actor);
  }

  async #removeActor(actor: Actor): Promise<void> {
    const { lifetime, directory, channels } = this.#init;
    const removal = this.#underWay.get(actor);
    if (removal !== undefined) return removal;
    if (!directory.has(actor)) return; // its name may be another one's by now
    lifetime.check();
    checkRemovable(actor);
    channels.checkRemovable(actor);
    const removing = this.#remove(actor).finally(() => this.#underWay.delete(actor));
    this.#underWay.set(actor, removing);
    await removing;
  }

  async #remove(actor: Actor): Promise<void> {
    const { device, lifetime, directory, channels, topics, supervision } = this.#init;
    channels.remove(actor);
    topics.drop(actor);
    supervision.forget(actor.name, actor.instances);
    directory.withdraw(actor);
    for (const instance of actor.instances) instance.stopWaiting();
    await lifetime.race(device.remove(idsOf(actor)));
    for (const instance of actor.instances) instance.removed();
    directory.delete(actor);
    directory.releaseIds(idsOf(actor));
    actor.close();
  }
}
