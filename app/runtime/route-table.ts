import { CHANNEL, ROUTE } from '../abi/arena-layout.ts';
import type { RoutingWords } from './routing.ts';
import { roundUp, type Arena, type ArenaBlock } from '../device/arena.ts';

/** A channel as its source sees it. */
export interface ChannelRoute {
  /** The same object in every table: by it a table goes on where the one before stopped. */
  readonly channel: object;
  /** The actor blocks that share its messages. */
  readonly targets: readonly number[];
  readonly routing: RoutingWords;
}

const WORD = 2 ** 32;

/** Where the output ports of one actor lead, as its device reads it: per port its channels. */
export class RouteTable {
  readonly portCount: number;
  readonly #arena: Arena;
  readonly #block: ArenaBlock;
  /** Addresses of their blocks. */
  readonly #channels = new Map<object, number>();

  constructor(arena: Arena, label: string, ports: readonly (readonly ChannelRoute[])[]) {
    const { u32 } = arena;
    const routes = ports.flat();
    const targetCount = routes.reduce((sum, { targets }) => sum + targets.length, 0);
    const channelsAt = roundUp(ports.length * ROUTE.sizeBytes, 16);
    const targetsAt = channelsAt + routes.length * CHANNEL.sizeBytes;
    this.#arena = arena;
    this.#block = arena.allocate(label, targetsAt + targetCount * 4);
    this.portCount = ports.length;
    let channelAt = this.address + channelsAt;
    let targetAt = this.address + targetsAt;
    for (const [port, group] of ports.entries()) {
      const route = this.address + port * ROUTE.sizeBytes;
      u32[(route + ROUTE.channels) >>> 2] = channelAt;
      u32[(route + ROUTE.channelCount) >>> 2] = group.length;
      for (const { channel, targets, routing } of group) {
        u32[(channelAt + CHANNEL.targets) >>> 2] = targetAt;
        u32[(channelAt + CHANNEL.targetCount) >>> 2] = targets.length;
        u32[(channelAt + CHANNEL.routing) >>> 2] = routing.routing;
        u32[(channelAt + CHANNEL.keyOffset) >>> 2] = routing.keyOffset;
        u32[(channelAt + CHANNEL.keyBytes) >>> 2] = routing.keyBytes;
        u32.set(targets, targetAt >>> 2);
        this.#channels.set(channel, channelAt);
        channelAt += CHANNEL.sizeBytes;
        targetAt += targets.length * 4;
      }
    }
  }

  get address(): number {
    return this.#block.address;
  }

  /** Nobody gets what goes over the channel any more. Its device may be looking at it. */
  close(channel: object): void {
    const at = this.#channels.get(channel);
    if (at !== undefined) Atomics.store(this.#arena.u32, (at + CHANNEL.targetCount) >>> 2, 0);
  }

  /** Counts and turns go on from where `former` stopped. Its actor rests. */
  continue(former: RouteTable): void {
    const { u32 } = this.#arena;
    for (const [channel, to] of this.#channels) {
      const from = former.#channels.get(channel);
      if (from === undefined) continue;
      for (const offset of [CHANNEL.next, CHANNEL.sent, CHANNEL.sent + 4])
        u32[(to + offset) >>> 2] = u32[(from + offset) >>> 2]!;
    }
  }

  /** Messages that went over the channel so far. */
  sent(channel: object): number {
    const at = this.#channels.get(channel);
    if (at === undefined) return 0;
    const { u32 } = this.#arena;
    return u32[(at + CHANNEL.sent + 4) >>> 2]! * WORD + u32[(at + CHANNEL.sent) >>> 2]!;
  }

  /** Of its instances the one whose turn it is. */
  turn(channel: object): number {
    const at = this.#channels.get(channel);
    return at === undefined ? 0 : this.#arena.u32[(at + CHANNEL.next) >>> 2]!;
  }

  /** Its actor rests. */
  resume(channel: object, { next, sent }: { readonly next: number; readonly sent: number }): void {
    const at = this.#channels.get(channel);
    if (at === undefined) return;
    const { u32 } = this.#arena;
    u32[(at + CHANNEL.next) >>> 2] = next % u32[(at + CHANNEL.targetCount) >>> 2]!;
    u32[(at + CHANNEL.sent) >>> 2] = sent % WORD;
    u32[(at + CHANNEL.sent + 4) >>> 2] = Math.floor(sent / WORD);
  }

  free(): void {
    this.#arena.free(this.#block);
  }
}
