import { ACTOR, LANE_COUNT } from '../abi/arena-layout.ts';
import type { Device } from '../device/device.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { WorkSources } from './work-sources.ts';

/** Messages that nobody will process as things stand. */
export interface Undelivered {
  /** `mean#0` */
  readonly actor: string;
  readonly count: number;
  readonly reason: 'actor failed' | 'actor ended' | 'actor not active' | 'actor blocked';
}

interface Snapshot {
  readonly isQuiet: boolean;
  /** Sent, consumed and failed so far, and what other sources did: equal in two snapshots when nothing happened between them. */
  readonly events: number;
}

function isIdle(instance: ActorInstance): boolean {
  if (instance.fault?.cause === 'corrupted') return true; // its words say nothing any more
  if (instance.outRing.depth > 0 && instance.crossing.heldUpBy === undefined) return false;
  if (instance.host.isDiscarding) return false;
  if (instance.isBlocked || instance.state !== 'active') return true;
  return instance.depth === 0 && instance.outboxDepth === 0;
}

/** Whom the snapshots show. */
interface Scene {
  readonly device: Device;
  readonly instances: () => readonly ActorInstance[];
  readonly sources: WorkSources;
}

function take({ device, instances, sources }: Scene): Snapshot {
  device.poll();
  let { events } = sources;
  let isQuiet = sources.areIdle && !device.isBusy();
  for (const instance of instances()) {
    events += instance.accepted + instance.crossing.arrivals;
    for (let lane = 0; lane < LANE_COUNT; lane++) events += instance.word(ACTOR.cursors + lane * 4);
    events += instance.word(ACTOR.sent) + instance.outRing.taken;
    isQuiet &&= instance.host.waitingSenders === 0 && isIdle(instance);
  }
  return { isQuiet, events };
}

/** Turns of the event loop before looking only once a millisecond. */
const BRISK_TURNS = 200;

/** Resolves when nothing moves any more: two equal snapshots, a turn of the event loop apart, in which all is at rest. */
export async function untilQuiet(
  scene: Scene,
  { turn, signal }: { readonly turn: (delayMs: number) => Promise<void>; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  let last: Snapshot | undefined;
  for (let turns = 0; ; turns++) {
    signal?.throwIfAborted();
    let next = take(scene);
    if (last?.isQuiet === true && next.isQuiet && last.events === next.events) {
      await scene.device.settled(); // what the workers had to report before, prints for one, has arrived by then
      next = take(scene);
      if (next.isQuiet && last.events === next.events) return;
    }
    last = next;
    await turn(turns < BRISK_TURNS ? 0 : 1);
  }
}

export function undelivered(instances: readonly ActorInstance[]): readonly Undelivered[] {
  return instances.flatMap((instance) => {
    const heldUp = instance.crossing.heldUpBy === undefined ? 0 : instance.outRing.depth;
    const count = instance.depth + instance.outboxDepth + heldUp;
    return count === 0 ? [] : [{ actor: instance.label, count, reason: reasonOf(instance) }];
  });
}

function reasonOf(instance: ActorInstance): Undelivered['reason'] {
  if (instance.state === 'failed') return 'actor failed';
  if (instance.state === 'terminated' || instance.state === 'terminating') return 'actor ended';
  return instance.state === 'active' ? 'actor blocked' : 'actor not active';
}
