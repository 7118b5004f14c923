import type { Arena } from '../device/arena.ts';
import type { ActorInstance } from './actor-instance.ts';
import { droppedBefore, readDrops } from './drop-counts.ts';
import { readLatency, readSent, readTelemetryBlock, type ActorTelemetry } from './telemetry.ts';

/** What an instance has done, and what came to nothing on the way to it. */
export function telemetryOf(arena: Arena, { memory, drops, depth }: ActorInstance): ActorTelemetry {
  const { processed, dropped, errorCode } = readTelemetryBlock(arena, memory.address);
  return {
    processed,
    dropped: dropped + droppedBefore(arena, memory, drops),
    droppedByReason: readDrops(arena, memory, drops),
    sent: readSent(arena, memory.address),
    depth,
    latencyNs: readLatency(arena, memory.address),
    errorCode,
  };
}
