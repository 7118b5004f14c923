import { ARENA, ARENA_HEADER_ADDRESS, MOST_GPUS, ROUTING, TOPIC, TOPIC_TO_HOST } from '../../abi/arena-layout.ts';
import { hashName } from '../../base/fnv1a.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { Device } from '../../device/device.ts';
import { topicLevels } from '../../model/topics/topic.ts';
import type { Actor } from '../actor.ts';
import { HashTable } from '../names/hash-table.ts';
import { RouteTable } from '../route-table.ts';

/** A topic that somebody has published or listened to: its place in the table that devices look it up in. */
export interface Topic {
  readonly text: string;
  readonly levels: readonly string[];
  /** Its place in the table. */
  readonly index: number;
  /**
   * Who gets what is published here. A delivery under way counts its steps by these places: one that becomes free stays
   * where it is, and is given away again before another one is added.
   */
  places: readonly (Actor | undefined)[];
  route: RouteTable;
}

/** What exchanging a topic's receivers will need: memory is taken first. */
interface Exchange {
  readonly topic: Topic;
  readonly places: Topic['places'];
  readonly route: RouteTable;
}

const TURNS = { routing: ROUTING.roundRobin, keyOffset: 0, keyBytes: 0 } as const;
const WORD = 2 ** 32;

/** Topics by their names, in the arena and here. They stay for the runtime's life. */
export class TopicTable {
  readonly #device: Device;
  readonly #table: HashTable;
  readonly #topics = new Map<string, Topic>();
  readonly #byIndex = new Map<number, Topic>();
  readonly #limit: number;
  /** What channels are told apart by when a route follows another one. */
  readonly #channels = new WeakMap<Actor, object>();

  constructor(device: Device, limit: number) {
    const { arena } = device;
    this.#device = device;
    this.#limit = limit;
    this.#table = new HashTable(arena, 'topics', { limit: limit * 2, entryBytes: TOPIC.sizeBytes });
    arena.u32[(ARENA_HEADER_ADDRESS + ARENA.topics) >>> 2] = this.#table.address;
    Atomics.store(arena.u32, (ARENA_HEADER_ADDRESS + ARENA.topicLimit) >>> 2, this.#table.limit);
  }

  get all(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  at(index: number): Topic | undefined {
    return this.#byIndex.get(index);
  }

  find(text: string): Topic | undefined {
    return this.#topics.get(text);
  }

  /**
   * Enters a topic that is not there yet.
   *
   * @throws StudioError `InvalidTopic`, `TooManyTopics`, `TopicCollision`, `OutOfMemory`
   */
  add(text: string, { actors, isToHost }: { readonly actors: readonly Actor[]; readonly isToHost: boolean }): Topic {
    const levels = topicLevels(text);
    const hash = hashName(text);
    this.#checkRoom(text, hash);
    const route = this.#createRoute(text, actors);
    const { u32 } = this.#device.arena;
    const index = this.#table.insert(hash, (entry) => {
      u32[(entry + TOPIC.channels) >>> 2] = route.address;
      u32[(entry + TOPIC.flags) >>> 2] = isToHost ? TOPIC_TO_HOST : 0;
    });
    const topic = { text, levels, index, places: actors, route };
    this.#topics.set(text, topic);
    this.#byIndex.set(index, topic);
    return topic;
  }

  /** From now on the actor gets what is published there. For all of the topics or for none. @throws StudioError `OutOfMemory` */
  admit(topics: readonly Topic[], actor: Actor): void {
    const exchanges: Exchange[] = [];
    try {
      for (const topic of topics) {
        if (topic.places.includes(actor)) continue;
        const places = placesWith(topic.places, actor);
        exchanges.push({ topic, places, route: this.#createRoute(topic.text, places) });
      }
    } catch (error) {
      for (const { route } of exchanges) route.free();
      throw error;
    }
    for (const exchange of exchanges) this.#commit(exchange);
  }

  /** The actor gets nothing more of what is published there, but for what is being delivered now. */
  dismiss(topic: Topic, actor: Actor): void {
    if (!topic.places.includes(actor)) return;
    topic.route.close(this.#channelOf(actor));
    topic.places = topic.places.map((other) => (other === actor ? undefined : other));
  }

  setToHost({ index }: Topic, isToHost: boolean): void {
    const flags = (this.#table.at(index) + TOPIC.flags) >>> 2;
    Atomics.store(this.#device.arena.u32, flags, isToHost ? TOPIC_TO_HOST : 0);
  }

  /** Messages that actors have published there. */
  published({ index }: Topic): number {
    const { u32 } = this.#device.arena;
    const first = (this.#table.at(index) + TOPIC.published) >>> 2;
    let sum = 0;
    for (let word = first; word < first + MOST_GPUS * 2; word += 2) sum += u32[word + 1]! * WORD + u32[word]!;
    return sum;
  }

  #checkRoom(text: string, hash: bigint): void {
    if (this.#topics.size >= this.#limit) {
      throw new StudioError(
        'TooManyTopics',
        `topic '${text}' is one more than the ${this.#limit.toString()} that fit.`,
        {
          tip: 'Create the runtime with a larger topicLimit, or use fewer topics: each stays for the life of the runtime.',
        },
      );
    }
    const other = this.#byIndex.get(this.#table.find(hash));
    if (other === undefined) return;
    const message = `devices cannot tell the topics '${text}' and '${other.text}' apart: they have the same 64-bit hash.`;
    throw new StudioError('TopicCollision', message, { tip: 'Give one of the two another name.' });
  }

  #commit({ topic, places, route }: Exchange): void {
    const { u32 } = this.#device.arena;
    const former = topic.route;
    route.continue(former);
    Atomics.store(u32, (this.#table.at(topic.index) + TOPIC.channels) >>> 2, route.address);
    topic.places = places;
    topic.route = route;
    // A delivery that runs now may be looking at it. When the device has ended nobody does, nor needs the memory.
    void this.#device.settled().then(
      () => {
        former.free();
      },
      () => undefined,
    );
  }

  #createRoute(text: string, places: Topic['places']): RouteTable {
    const channels = places.map((actor) => ({
      channel: actor === undefined ? {} : this.#channelOf(actor),
      targets: actor === undefined ? [] : actor.instances.map(({ memory }) => memory.address),
      routing: TURNS,
    }));
    return new RouteTable(this.#device.arena, `topic ${text}: receivers`, [channels]);
  }

  #channelOf(actor: Actor): object {
    const known = this.#channels.get(actor) ?? {};
    this.#channels.set(actor, known);
    return known;
  }
}

/** Whoever comes gets the first free place. */
function placesWith(places: Topic['places'], actor: Actor): Topic['places'] {
  const free = places.indexOf(undefined);
  return free === -1 ? [...places, actor] : places.with(free, actor);
}
