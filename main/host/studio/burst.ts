import { performance } from 'node:perf_hooks';
import type { BurstInput } from '../../../app/contract/inputs.ts';
import type { BurstState } from '../../../app/contract/run.ts';
import { decodeJson } from '../../../app/model/codec/json-decode.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { Buffers } from '../../../app/runtime/buffers/buffers.ts';
import { encodeMessage } from '../../../app/runtime/json-message.ts';
import { pause } from './bell.ts';
import { findTarget } from './injector.ts';

/** The event loop gets its turn after this time at the latest. */
const SLICE_MS = 3;
const SENDS_BETWEEN_CLOCKS = 64;
const PROGRESS_EVERY_MS = 100;
const KEPT = 100;
/** Turns to wait busily for room before sleeping between tries: a queue that moves has room within microseconds. */
const BUSY_TURNS = 200;

interface Running {
  state: BurstState;
  readonly stop: AbortController;
}

export interface BurstsOptions {
  /** Told of a start, of every slice and of the end, before anybody else is. */
  readonly onProgress: (burst: BurstState) => void;
  readonly publish: (burst: BurstState) => void;
}

/** Sends many equal messages as fast as their actor takes them, or at a rate, without holding the event loop. */
export class Bursts {
  readonly #options: BurstsOptions;
  readonly #bursts = new Map<string, Running>();
  #count = 0;

  constructor(options: BurstsOptions) {
    this.#options = options;
  }

  get states(): readonly BurstState[] {
    return [...this.#bursts.values()].map(({ state }) => state);
  }

  /** Those of a host that died. */
  restore(interrupted: readonly BurstState[]): void {
    // Named apart from those to come: two bursts of one name would be one to a window.
    for (const state of interrupted) {
      const id = `lost-${state.id}`;
      this.#bursts.set(id, { state: { ...state, id }, stop: new AbortController() });
    }
  }

  /** @throws StudioError when the message does not fit; what happens later is the burst's state */
  start({ actors, runtime }: BurstTargets, { to, type, message, count, rateHz }: BurstInput): string {
    const { actor } = findTarget(actors, to);
    const struct = actor.messageType(type);
    // Arrays in it become buffers here, once for all messages.
    const sent = decodeJson(struct, encodeMessage(struct, message, runtime.buffers)) as object;
    const id = `burst-${++this.#count}`;
    const state: BurstState = { id, to, type, count, sent: 0, elapsedMs: 0, status: 'running' };
    const burst: Running = { state, stop: new AbortController() };
    this.#bursts.set(id, burst);
    for (const old of [...this.#bursts.keys()].slice(0, -KEPT)) {
      if (this.#bursts.get(old)?.state.status !== 'running') this.#bursts.delete(old);
    }
    this.#options.onProgress(state);
    this.#options.publish(state);
    void this.#run(burst, { actors, message: sent, rateHz: rateHz ?? Infinity });
    return id;
  }

  cancel(id: string): void {
    this.#bursts.get(id)?.stop.abort();
  }

  cancelAll(): void {
    for (const { stop } of this.#bursts.values()) stop.abort();
  }

  async #run(burst: Running, load: Load): Promise<void> {
    const { count } = burst.state;
    const { signal } = burst.stop;
    const startedMs = performance.now();
    let sent = 0;
    let publishedMs = startedMs;
    const note = (change: Partial<BurstState> = {}): void => {
      burst.state = { ...burst.state, sent, elapsedMs: performance.now() - startedMs, ...change };
      this.#options.onProgress(burst.state);
    };
    const update = (change: Partial<BurstState>): void => {
      note(change);
      this.#options.publish(burst.state);
    };
    try {
      let fullTurns = 0;
      while (sent < count && !signal.aborted) {
        const dueMs = performance.now() - startedMs;
        const due = Math.min(count, Math.floor((dueMs / 1000) * load.rateHz) + 1);
        const before = sent;
        sent += sendSlice(burst.state, load, due - sent);
        if (sent === count) break;
        if (sent > before) note();
        if (performance.now() - publishedMs >= PROGRESS_EVERY_MS) {
          update({});
          publishedMs = performance.now();
        }
        fullTurns = sent === before ? fullTurns + 1 : 0;
        if (sent >= due) await pause(Math.max(1, Math.min(10, 1000 / load.rateHz)), signal);
        else if (fullTurns > BUSY_TURNS) await pause(2, signal);
        else await new Promise((resolve) => setImmediate(resolve));
      }
      update({ status: sent === count ? 'done' : 'cancelled' });
    } catch (error) {
      update({ status: 'failed', error: error instanceof Error ? error.message : String(error) });
    }
  }
}

/** What bursts need of a run. */
interface BurstTargets {
  readonly actors: ReadonlyMap<string, Actor>;
  readonly runtime: { readonly buffers: Buffers };
}

interface Load {
  readonly actors: ReadonlyMap<string, Actor>;
  readonly message: object;
  readonly rateHz: number;
}

/** Sends up to `most` messages, until there is no room or the slice is over. */
function sendSlice({ to, type }: BurstState, { actors, message }: Load, most: number): number {
  const { actor, ...instance } = findTarget(actors, to);
  const options = { type, ...instance };
  const endMs = performance.now() + SLICE_MS;
  let sent = 0;
  while (sent < most) {
    if (actor.trySend(message, options) === undefined) break;
    sent++;
    if (sent % SENDS_BETWEEN_CLOCKS === 0 && performance.now() > endMs) break;
  }
  return sent;
}
