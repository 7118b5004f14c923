import { CHANNEL, FLAG_DEAD_LETTER, HEADER, REPLY_PORT, ROUTE } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

/** The channels of an outbox entry's port; undefined for what goes to one receiver alone. */
export function channelsOf({ u32 }: Arena, routes: number, entry: number): number[] | undefined {
  const portAndFlags = u32[(entry + HEADER.port) >> 2]!;
  const port = portAndFlags & 0xffff;
  if (portAndFlags >>> 16 === FLAG_DEAD_LETTER || port === REPLY_PORT) return undefined;
  const route = routes + port * ROUTE.sizeBytes;
  const count = u32[(route + ROUTE.channelCount) >> 2]!;
  const first = u32[(route + ROUTE.channels) >> 2]!;
  return count === 0 ? undefined : Array.from({ length: count }, (_, index) => first + index * CHANNEL.sizeBytes);
}
