import { useSyncExternalStore } from 'react';

import type { ProjectEvent } from '../../app/contract/project.ts';
import type { HostTelemetry, TelemetryFrame } from '../../app/contract/run.ts';
import type { DropCounts } from '../../app/runtime/message.ts';
import { studio } from '../bridge/client.ts';
import { useConnection } from './connection.store.ts';

/** `deadLetters` is known of all actors together only. */
export type Column = 'rate' | 'depth' | 'dropped' | 'p50Ns' | 'p95Ns' | 'p99Ns' | 'deadLetters';

/** What is shown of one actor now. Rates are per second over the last half second or more. */
export interface ActorLive {
  readonly rate: number;
  readonly processed: number;
  readonly sent: number;
  /** The sum of `drops`. */
  readonly dropped: number;
  readonly drops: DropCounts;
  readonly depth: number;
  /** Of `depth`. */
  readonly urgentDepth: number;
  /** Of the messages since the frame before; undefined when there were none. */
  readonly p50Ns: number | undefined;
  readonly p95Ns: number | undefined;
  readonly p99Ns: number | undefined;
}

/** What is shown of a host actor now. */
export interface HostLive extends HostTelemetry {
  /** Messages per second that it sends, or handles. */
  readonly rate: number;
}

/** Everything at one moment. A new object for each repaint, at most four a second. */
export interface LiveTelemetry {
  readonly atMs: number;
  readonly runId: number;
  readonly actors: ReadonlyMap<string, ActorLive>;
  readonly hosts: ReadonlyMap<string, HostLive>;
  /** Per channel of `RunState.channels`, messages per second. */
  readonly channelRates: readonly number[];
  readonly totals: {
    readonly rate: number;
    readonly processed: number;
    readonly dropped: number;
    readonly depth: number;
    readonly deadLetters: number;
    /** The worst of all actors: percentiles of all messages together cannot be had from those of each actor. */
    readonly slowest: Readonly<Record<LatencyColumn, number | undefined>>;
  };
}

type LatencyColumn = 'p50Ns' | 'p95Ns' | 'p99Ns';

/** In place of an actor's id: sums over all actors; latencies are those of the slowest. No actor is called that. */
export const ALL_ACTORS = '*';

/** Ten minutes at four frames a second. */
const CAPACITY = 2400;
const HZ = 4;
/** Shorter intervals than this make rates jump. */
const RATE_WINDOW_MS = 450;

interface Series {
  readonly columns: Readonly<Record<Column, Float64Array>>;
}

/**
 * The telemetry of the run, outside React: frames go into rings as they come; what shows them reads at its own pace.
 * NaN is "no data".
 */
export class TelemetryHistory {
  readonly #times = new Float64Array(CAPACITY);
  #series = new Map<string, Series>();
  #count = 0;
  #frames: TelemetryFrame[] = [];
  #live: LiveTelemetry | undefined;
  readonly #listeners = new Set<() => void>();
  #stream: { unsubscribe(): void } | undefined;

  follow(projectId: string): void {
    void studio.telemetry.history.query({ projectId }).then((frames) => {
      if (this.#count === 0) for (const frame of frames) this.push(frame);
    }, ignore);
    this.#stream = studio.telemetry.stream.subscribe(
      { projectId, hz: HZ },
      { onData: (frame) => this.push(frame), onError: ignore },
    );
  }

  leave(): void {
    this.#stream?.unsubscribe();
    this.#stream = undefined;
    this.#clear();
  }

  /** `runId`: of the run that the window shows after the event. */
  takeEvent(event: ProjectEvent, runId: number): void {
    if (event.type === 'run' && event.run.phase === 'starting') this.#clear();
    // A host that was started anew knows nothing of the run that these numbers are of.
    if (event.type === 'snapshot' && this.#live !== undefined && runId !== this.#live.runId) this.#clear();
  }

  get live(): LiveTelemetry | undefined {
    return this.#live;
  }

  /** Frames so far in this run; those before `length - capacity` are forgotten. */
  get length(): number {
    return this.#count;
  }

  /** `listener` is called after each frame: at most four times a second. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  push(frame: TelemetryFrame): void {
    const last = this.#frames.at(-1);
    if (last !== undefined && frame.runId !== last.runId) this.#clear();
    else if (last !== undefined && frame.atMs <= last.atMs) return;
    this.#frames.push(frame);
    while (this.#frames.length > 2 && frame.atMs - this.#frames[1]!.atMs >= RATE_WINDOW_MS) this.#frames.shift();
    this.#live = liveOf(this.#frames[0]!, frame);
    this.#record(frame, this.#live);
    for (const listener of this.#listeners) listener();
  }

  /** Times (Unix ms) and values of an actor between two times, oldest first; at most `maxPoints`, thinned evenly. */
  range(
    actorId: string,
    column: Column,
    {
      fromMs,
      toMs,
      maxPoints = CAPACITY,
    }: { readonly fromMs: number; readonly toMs: number; readonly maxPoints?: number },
  ): { readonly times: number[]; readonly values: number[] } {
    const ring = this.#series.get(actorId)?.columns[column];
    const indices = this.#indices(fromMs, toMs, maxPoints);
    return {
      times: indices.map((index) => this.#times[index]!),
      values: indices.map((index) => ring?.[index] ?? Number.NaN),
    };
  }

  /** Time of the oldest frame that is kept; undefined before the first. */
  get oldestMs(): number | undefined {
    if (this.#count === 0) return undefined;
    return this.#times[this.#count > CAPACITY ? this.#count % CAPACITY : 0];
  }

  get newestMs(): number | undefined {
    return this.#count === 0 ? undefined : this.#times[(this.#count - 1) % CAPACITY];
  }

  #indices(fromMs: number, toMs: number, maxPoints: number): number[] {
    const indices: number[] = [];
    for (let frame = Math.max(0, this.#count - CAPACITY); frame < this.#count; frame++) {
      const time = this.#times[frame % CAPACITY]!;
      if (time >= fromMs && time <= toMs) indices.push(frame % CAPACITY);
    }
    const step = Math.ceil(indices.length / maxPoints);
    return step <= 1 ? indices : indices.filter((_, index) => (indices.length - 1 - index) % step === 0);
  }

  #record(frame: TelemetryFrame, live: LiveTelemetry): void {
    const index = this.#count % CAPACITY;
    this.#times[index] = frame.atMs;
    for (const { columns } of this.#series.values()) for (const column of Object.values(columns)) column[index] = NaN;
    for (const [id, actor] of [...live.actors, [ALL_ACTORS, { ...live.totals, ...live.totals.slowest }] as const]) {
      const { columns } = this.#seriesOf(id);
      columns.rate[index] = actor.rate;
      columns.depth[index] = actor.depth;
      columns.dropped[index] = actor.dropped;
      columns.p50Ns[index] = actor.p50Ns ?? NaN;
      columns.p95Ns[index] = actor.p95Ns ?? NaN;
      columns.p99Ns[index] = actor.p99Ns ?? NaN;
    }
    for (const { id, rate } of live.hosts.values()) this.#seriesOf(id).columns.rate[index] = rate;
    this.#seriesOf(ALL_ACTORS).columns.deadLetters[index] = live.totals.deadLetters;
    this.#count++;
  }

  #seriesOf(id: string): Series {
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const ring = (): Float64Array => new Float64Array(CAPACITY).fill(NaN);
    const series = {
      columns: {
        ...{ rate: ring(), depth: ring(), dropped: ring(), deadLetters: ring() },
        ...{ p50Ns: ring(), p95Ns: ring(), p99Ns: ring() },
      },
    };
    this.#series.set(id, series);
    return series;
  }

  #clear(): void {
    this.#series = new Map();
    this.#count = 0;
    this.#frames = [];
    this.#live = undefined;
    for (const listener of this.#listeners) listener();
  }
}

function liveOf(before: TelemetryFrame, now: TelemetryFrame): LiveTelemetry {
  const seconds = (now.atMs - before.atMs) / 1000;
  const previous = new Map(before.ids.map((id, index) => [id, index]));
  const rateOf = (current: number, past: number | undefined): number =>
    seconds <= 0 || past === undefined ? 0 : Math.max(0, (current - past) / seconds);
  const actors = new Map<string, ActorLive>();
  const slowest = { p50Ns: maxOf(now.p50Ns), p95Ns: maxOf(now.p95Ns), p99Ns: maxOf(now.p99Ns) };
  const totals = { rate: 0, processed: 0, dropped: 0, depth: 0, deadLetters: now.deadLetters, slowest };
  for (const [index, id] of now.ids.entries()) {
    const processed = now.processed[index] ?? 0;
    const past = previous.get(id);
    const actor: ActorLive = {
      rate: rateOf(processed, past === undefined ? undefined : before.processed[past]),
      processed,
      sent: now.sent[index] ?? 0,
      dropped: now.dropped[index] ?? 0,
      drops: now.drops[index] ?? {},
      depth: now.depth[index] ?? 0,
      urgentDepth: now.urgentDepth[index] ?? 0,
      p50Ns: now.p50Ns[index] ?? undefined,
      p95Ns: now.p95Ns[index] ?? undefined,
      p99Ns: now.p99Ns[index] ?? undefined,
    };
    actors.set(id, actor);
    totals.rate += actor.rate;
    totals.processed += processed;
    totals.dropped += actor.dropped;
    totals.depth += actor.depth;
  }
  const channelRates = now.channelSent.map((sent, index) => rateOf(sent, before.channelSent[index]));
  const pastHosts = new Map((before.hosts ?? []).map((host) => [host.id, handled(host)]));
  const hosts = new Map(
    (now.hosts ?? []).map((host) => [host.id, { ...host, rate: rateOf(handled(host), pastHosts.get(host.id)) }]),
  );
  return { atMs: now.atMs, runId: now.runId, actors, hosts, channelRates, totals };
}

/** A host actor sends or handles; whichever it does not stays 0. */
function handled({ sent, processed }: HostTelemetry): number {
  return sent + processed;
}

function maxOf(values: readonly (number | null)[]): number | undefined {
  let max: number | undefined;
  for (const value of values) if (value !== null && (max === undefined || value > max)) max = value;
  return max;
}

function ignore(): void {
  // The project's own subscription reports what is wrong with the connection.
}

export const telemetry = new TelemetryHistory();

/** What holds now: nothing does while the host does not answer. */
export function liveNow(): LiveTelemetry | undefined {
  return useConnection.getState().status === 'lost' ? undefined : telemetry.live;
}

/** `notify` is called whenever `liveNow` may have changed. */
export function subscribeLive(notify: () => void): () => void {
  const stops = [telemetry.subscribe(notify), useConnection.subscribe(notify)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The latest telemetry, at most four times a second; undefined while nothing runs or the host does not answer. */
export function useLive<T>(select: (live: LiveTelemetry | undefined) => T): T {
  return select(useSyncExternalStore(subscribeLive, liveNow));
}
