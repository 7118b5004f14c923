import { StudioError } from '../../base/studio-error.ts';
import type { HandledMessages } from '../delivery-observer.ts';
import { Event, type OnListenerError } from '../event.ts';
import type { Lifetime } from '../lifetime.ts';
import type { RuntimePlatform } from '../ports.ts';
import type { Undelivered } from '../quiescence.ts';
import type { WorkSources } from '../work-sources.ts';
import { HostActor } from './host-actor.ts';
import type { HostActorDefinition } from './host-actor-definition.ts';
import { hasEnded, isOver } from './host-actor-state.ts';

interface HostActorsInit {
  readonly platform: RuntimePlatform;
  readonly workSources: WorkSources;
  readonly lifetime: Lifetime;
  readonly seed: number;
  readonly onListenerError?: OnListenerError | undefined;
  /** Names that actors have. */
  readonly isTaken: (name: string) => boolean;
}

/** Ids by which dead letters and the ledger name host actors: no device has so many actors. */
export const FIRST_HOST_ID = 0x8000_0000;

/** The host actors of a runtime. */
export class HostActors {
  readonly onDidHandle: Event<HandledMessages>;
  readonly #init: HostActorsInit;
  readonly #actors = new Map<string, HostActor>();
  /** By id; undefined where one has been removed. */
  readonly #ids: (HostActor | undefined)[] = [];
  readonly #workSources = new Map<HostActor, Disposable>();

  constructor(init: HostActorsInit) {
    this.#init = init;
    this.onDidHandle = new Event(init.onListenerError);
  }

  get all(): readonly HostActor[] {
    return [...this.#actors.values()];
  }

  has(actor: HostActor): boolean {
    return this.#actors.get(actor.name) === actor;
  }

  isTaken(name: string): boolean {
    return this.#actors.has(name);
  }

  /** @throws StudioError `InvalidLaunch` where the name is taken */
  add(definition: HostActorDefinition, name: string): HostActor {
    const { lifetime, platform, seed, workSources, isTaken, onListenerError } = this.#init;
    lifetime.check();
    if (this.isTaken(name) || isTaken(name)) {
      const message = `host actor '${name}': an actor of this name is launched already.`;
      throw new StudioError('InvalidLaunch', message, { tip: 'Give it another name.' });
    }
    const free = this.#ids.indexOf(undefined);
    const index = free === -1 ? this.#ids.length : free;
    const id = FIRST_HOST_ID + index;
    const actor = new HostActor({ id, name, definition, platform, seed, onListenerError });
    this.#actors.set(name, actor);
    this.#ids[index] = actor;
    this.#workSources.set(actor, workSources.add(actor));
    actor.onDidHandle.on((work) => {
      this.onDidHandle.fire(work);
    });
    return actor;
  }

  /** Frees its name and its id. @throws StudioError `ActorRunning` */
  remove(actor: HostActor): void {
    if (!isOver(actor.state)) {
      const message = `host actor '${actor.name}' is '${actor.state}'.`;
      throw new StudioError('ActorRunning', message, { tip: 'Stop it first.' });
    }
    const messages = actor.inbox.take(actor.inbox.length);
    if (messages.length > 0) this.onDidHandle.fire({ to: actor, messages, end: 'actor-removed' });
    this.#actors.delete(actor.name);
    this.#ids[actor.id - FIRST_HOST_ID] = undefined;
    this.#workSources.get(actor)?.[Symbol.dispose]();
    this.#workSources.delete(actor);
  }

  labelOf(id: number): string | undefined {
    return this.#ids[id - FIRST_HOST_ID]?.name;
  }

  undelivered(): readonly Undelivered[] {
    return this.all.flatMap(({ name, inbox, state }): readonly Undelivered[] => {
      if (inbox.length === 0) return [];
      const reason = state === 'failed' ? 'actor failed' : hasEnded(state) ? 'actor ended' : 'actor not active';
      return [{ actor: name, count: inbox.length, reason }];
    });
  }

  /** Ends all, senders first, so that those who write have everything. */
  async stop(): Promise<void> {
    const isSink = (actor: HostActor): boolean => actor.outputs.length === 0;
    await Promise.all(this.all.filter((actor) => !isSink(actor)).map((actor) => actor.stop()));
    await Promise.all(this.all.filter(isSink).map((actor) => actor.stop()));
  }
}
