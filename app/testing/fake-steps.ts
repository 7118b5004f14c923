import {
  ACTOR,
  ARENA,
  ARENA_HEADER_ADDRESS,
  CHANNEL,
  FLAG_DEAD_LETTER,
  FLAG_RETAIN,
  HEADER,
  KEY_IS_TEXT,
  MISSED,
  REPLY_PORT,
  ROUTE,
  ROUTING,
  SEND_PORT,
  TOPIC,
  TOPIC_PORT,
  TOPIC_TO_HOST,
} from '../abi/arena-layout.ts';
import { fnv1a32 } from '../base/fnv1a.ts';
import type { Arena } from '../device/arena.ts';
import type { FakeNames } from './fake-names.ts';
import type { DeviceReason } from './fake-ring.ts';

/** One receiver of an outbox entry. */
export type FakeStep =
  | { readonly to: 'nobody' }
  | { readonly to: 'host'; readonly target?: number; readonly reason?: DeviceReason; readonly note?: () => void }
  | { readonly to: 'actor'; readonly address: number; readonly note?: () => void };

const HOST: FakeStep = { to: 'host' };

/** kernels/actor/ring_delivery.cuh in plain words: the receivers of an outbox entry, in the order of its delivery. */
export class FakeSteps {
  readonly #arena: Arena;
  readonly #view: DataView;
  readonly #actor: number;
  readonly #names: FakeNames;

  constructor(arena: Arena, actor: number, names: FakeNames) {
    this.#arena = arena;
    this.#view = new DataView(arena.memory.buffer);
    this.#actor = actor;
    this.#names = names;
  }

  /** Undefined: the host has not said yet whom the entry's name means. */
  of(entry: number): readonly FakeStep[] | undefined {
    const port = this.#view.getUint16(entry + HEADER.port, true);
    if ((this.#view.getUint16(entry + HEADER.flags, true) & FLAG_DEAD_LETTER) !== 0) return [HOST];
    if (port === REPLY_PORT) return [this.#reply(entry)];
    if (port === SEND_PORT || port === TOPIC_PORT) return this.#named(entry, port);
    const route = this.#word(this.#actor + ACTOR.routes) + port * ROUTE.sizeBytes;
    const channels = this.#channelsOf(route);
    return channels.length === 0 ? [HOST] : channels.flatMap((channel) => this.#overChannel(entry, channel));
  }

  #reply(entry: number): FakeStep {
    const target = this.#word(entry + HEADER.target);
    if (target === 0) return HOST;
    const directory = this.#word(ARENA_HEADER_ADDRESS + ARENA.actors);
    const address = this.#word(directory + target * 4);
    return address === 0 ? { to: 'host', reason: 'target-terminated' } : { to: 'actor', address };
  }

  #named(entry: number, port: number): readonly FakeStep[] | undefined {
    const found = this.#names.find(this.#word(entry + HEADER.sequence));
    if (found === undefined) return undefined;
    if ('refusal' in found) return [{ to: 'host', target: found.refusal, reason: found.reason }];
    return port === SEND_PORT ? [this.#byName(found.index)] : this.#toTopic(entry, found.index);
  }

  #byName(index: number): FakeStep {
    const instances = this.#names.instancesAt(index);
    if (instances.length === 0) return { to: 'host', target: MISSED + index, reason: 'no-such-actor' };
    return this.#inTurn(instances, this.#names.turnsAt(index));
  }

  #toTopic(entry: number, index: number): readonly FakeStep[] {
    const topic = this.#names.topicAt(index);
    const isRetained = (this.#view.getUint16(entry + HEADER.flags, true) & FLAG_RETAIN) !== 0;
    const isToHost = isRetained || (this.#word(topic + TOPIC.flags) & TOPIC_TO_HOST) !== 0;
    const places = this.#channelsOf(this.#word(topic + TOPIC.channels)).map((channel): FakeStep => {
      const targets = this.#targetsOf(channel);
      return targets.length === 0 ? { to: 'nobody' } : this.#inTurn(targets, channel + CHANNEL.next);
    });
    return [isToHost ? { to: 'host', target: index } : { to: 'nobody' }, ...places];
  }

  #inTurn(targets: readonly number[], turns: number): FakeStep {
    const turn = this.#word(turns);
    const note = (): void => {
      this.#view.setUint32(turns, turn + 1, true);
    };
    return { to: 'actor', address: targets[turn % targets.length]!, note };
  }

  #overChannel(entry: number, channel: number): readonly FakeStep[] {
    const targets = this.#targetsOf(channel);
    const count = (): void => {
      const sent = this.#view.getBigUint64(channel + CHANNEL.sent, true);
      this.#view.setBigUint64(channel + CHANNEL.sent, sent + 1n, true);
    };
    switch (this.#word(channel + CHANNEL.routing)) {
      case ROUTING.broadcast:
        return targets.map((address) => receiver(address, count));
      case ROUTING.keyHash:
        return [receiver(targets[this.#keyHash(entry, channel) % targets.length]!, count)];
      default: {
        const next = this.#word(channel + CHANNEL.next);
        const note = (): void => {
          this.#view.setUint32(channel + CHANNEL.next, (next + 1) % targets.length, true);
          count();
        };
        return [receiver(targets[next]!, note)];
      }
    }
  }

  #keyHash(entry: number, channel: number): number {
    const start = entry + HEADER.sizeBytes + this.#word(channel + CHANNEL.keyOffset);
    const keyBytes = this.#word(channel + CHANNEL.keyBytes);
    const sizeBytes = keyBytes === KEY_IS_TEXT ? this.#word(start - 4) : keyBytes;
    return fnv1a32(this.#arena.u8, start, start + sizeBytes);
  }

  #channelsOf(route: number): readonly number[] {
    const first = this.#word(route + ROUTE.channels);
    const count = this.#word(route + ROUTE.channelCount);
    return Array.from({ length: count }, (_, index) => first + index * CHANNEL.sizeBytes);
  }

  #targetsOf(channel: number): readonly number[] {
    const first = this.#word(channel + CHANNEL.targets);
    return Array.from({ length: this.#word(channel + CHANNEL.targetCount) }, (_, at) => this.#word(first + at * 4));
  }

  #word(address: number): number {
    return this.#view.getUint32(address, true);
  }
}

/** A channel's target: an actor's block, or 0 for those that run on the host. */
function receiver(address: number, note: () => void): FakeStep {
  return address === 0 ? { to: 'host', target: 0, note } : { to: 'actor', address, note };
}
