import type { Problem, SourceLocation } from '../base/studio-error.ts';
import type { DeviceKind, FaultCause } from '../device/device.ts';
import type { LaunchSize } from '../model/launch-size.ts';
import type { Json } from '../model/message-type.ts';
import type { TopologyHost } from '../model/topology/topology.ts';
import type { HostActorState } from '../runtime/host-actors/host-actor-state.ts';
import type { HostActorCounters } from '../runtime/host-actors/host-tally.ts';
import type { HealthReason, HealthState } from '../runtime/health/judge-health.ts';
import type { ActorState } from '../runtime/lifecycle.ts';
import type { DeadLetterReason, DropCounts } from '../runtime/message.ts';

export type RunPhase = 'idle' | 'compiling' | 'starting' | 'running' | 'paused' | 'stopping';

/** What the project's actors are doing. */
export interface RunState {
  /** Counts starts, so that a window knows when counters begin again at zero. */
  readonly runId: number;
  /** Names the run among all runs of all hosts; absent before the first. */
  readonly key?: string;
  readonly phase: RunPhase;
  readonly startedAtMs?: number;
  readonly device: { readonly kind: DeviceKind; readonly description: string };
  /** In the order of the topology that runs; the last one's, when nothing does. */
  readonly actors: readonly ActorRunState[];
  /** Actors that run on the host, in the order of the topology; absent where it has none. */
  readonly hosts?: readonly HostRunState[];
  /** As launched: telemetry counts them in this order. */
  readonly channels: readonly { readonly from: string; readonly to: string }[];
  /** Why the last start failed, or ended. */
  readonly problems: readonly Problem[];
  /** The document has changed in a way that only a new start takes up (an actor or channel added, a queue changed). */
  readonly isOutdated: boolean;
  /** The host died while the run went on. Told until the next start, or until somebody has read it. */
  readonly lost?: LostRun;
}

/** What is known of a run whose host died (`kill -9`, a crash): never more than was written down while it lived. */
export interface LostRun {
  /** `RunState.key` of the run; null where its journal cannot be read. */
  readonly key: string | null;
  readonly startedAtMs: number | null;
  /** The host was alive then, and died at most about a second later unless it hung; null as above. */
  readonly lastSignAtMs: number | null;
  /** When a host first found it. */
  readonly foundAtMs: number;
  /** Null where they cannot be read: nothing is known then. */
  readonly messages: LostMessages | null;
}

/** `accepted + sentByActors = finished + unknown`. */
export interface LostMessages {
  /**
   * Taken by the queues of actors from windows, and from the topology's `inject`, up to the end. No message that a
   * window was told of is missing; some may be in it whose answer did not get out any more.
   */
  readonly accepted: number;
  /** What actors had sent each other by `recordAtMs`. What they sent in the moment after that is not counted anywhere. */
  readonly sentByActors: number;
  /** Handled, or made a dead letter, by `recordAtMs`. More may have been until the end. */
  readonly finished: number;
  /** Nobody knows whether they were handled: they waited at `recordAtMs`, or were accepted after it. */
  readonly unknown: number;
  /** Dead letters by `recordAtMs`; part of `finished`, those apart that no queue had taken. */
  readonly deadLetters: number;
  /** The first so many that were accepted (`Acceptance.number`) had an end for certain, and so had all they led to. */
  readonly finishedThrough: number;
  /** When `finished` and `sentByActors` were last written down. */
  readonly recordAtMs: number;
}

/** What a supervisor and the watch over its health say of an actor. */
export interface ActorCare {
  /** Absent for an actor without a supervisor, which stays failed. */
  readonly supervision?: {
    readonly supervisor: string;
    /** Of all its instances. */
    readonly restarts: number;
    /** Unix time of the next one; absent when none is to come. */
    readonly restartsAtMs?: number;
    /** Its group was ended after too many failures. */
    readonly hasEnded: boolean;
  };
  /** Of the instance that is worst off; absent before the first look. */
  readonly health?: {
    readonly state: HealthState;
    readonly instance: number;
    readonly reason?: HealthReason;
    /** For whose room it waits: `host`, or `mean#0`. */
    readonly blockedBy?: string;
  };
}

export interface ActorRunState extends ActorCare {
  readonly id: string;
  readonly kernel: string;
  readonly source: string;
  readonly instances: number;
  readonly capacity: number;
  /** Threads of a block, and blocks of each instance; absent until it is launched. */
  readonly size?: Pick<LaunchSize, 'block' | 'grid'>;
  readonly state: ActorState;
  /** When the state changed. */
  readonly sinceMs: number;
  /** Number of the revision that it runs. */
  readonly revision: number;
  readonly fault?: ActorFault;
}

export interface HostRunState {
  readonly id: string;
  /** `timer`, `generator`, `replay`, `sink` */
  readonly host: TopologyHost['host'];
  readonly state: HostActorState;
  /** When the state changed. */
  readonly sinceMs: number;
  /** It sends nothing by itself any more, or never did. */
  readonly isSourceDone: boolean;
  /** Why it has failed. */
  readonly error?: string;
}

export interface ActorFault {
  readonly instance: number;
  readonly cause: FaultCause;
  /** One sentence for people. */
  readonly detail: string;
  readonly location?: SourceLocation;
  readonly atMs: number;
}

/** Counters are totals since the start; equal to the runtime's at one moment. Arrays are parallel to `ids`. */
export interface TelemetryFrame {
  readonly runId: number;
  readonly atMs: number;
  readonly ids: readonly string[];
  readonly processed: readonly number[];
  readonly dropped: readonly number[];
  /** Why those of `dropped` came to nothing. */
  readonly drops: readonly DropCounts[];
  readonly sent: readonly number[];
  readonly depth: readonly number[];
  /** Of `depth`, what waits in the urgent lanes. */
  readonly urgentDepth: readonly number[];
  /** Messages whose latency was measured since the frame before; percentiles in ns are theirs, null when there are none. */
  readonly measured: readonly number[];
  readonly p50Ns: readonly (number | null)[];
  readonly p95Ns: readonly (number | null)[];
  readonly p99Ns: readonly (number | null)[];
  /** Messages sent through each channel, in the order of `RunState.channels`. */
  readonly channelSent: readonly number[];
  /** Dead letters so far. */
  readonly deadLetters: number;
  /** Absent where there are none. */
  readonly hosts?: readonly HostTelemetry[];
}

export interface HostTelemetry extends HostActorCounters {
  readonly id: string;
}

/** What `run.start` answers. */
export type StartResult =
  | { readonly kind: 'started' }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  /** Nobody on this machine has agreed to run exactly this content yet. */
  | { readonly kind: 'consent'; readonly request: ConsentRequest };

export interface ConsentRequest {
  /** Content hash of all that is run: what was asked for takes it as `agreedHash`. */
  readonly hash: string;
  readonly dir: string;
  readonly device: DeviceKind;
  readonly sources: readonly string[];
  /** 0 where a plain function is launched. */
  readonly actorCount: number;
  readonly functionName?: string;
  /** Files of the project that host actors write. */
  readonly writes: readonly { readonly path: string; readonly mode: 'replace' | 'append' }[];
}

export interface InjectResult {
  readonly messageId: string;
  readonly accepted: Acceptance;
}

/** Where a message stands among those that the host has accepted: what became of it if the host dies can be told by it. */
export interface Acceptance {
  /** `RunState.key` */
  readonly run: string;
  /** At least its own number, from 1: others may have been accepted together with it. */
  readonly number: number;
}

export interface RequestResult {
  readonly type: string;
  readonly message: Json;
  /** From the call of `request` on the host to its answer there, in µs: without the way to the window. */
  readonly latencyUs: number;
}

export interface BurstState {
  readonly id: string;
  readonly to: string;
  readonly type: string;
  readonly count: number;
  /** Accepted so far by the actor's queue. */
  readonly sent: number;
  readonly elapsedMs: number;
  /** `interrupted`: its host died; `sent` is what had been accepted by then. */
  readonly status: 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';
  readonly error?: string;
}

/** A message that left the topology. */
export interface OutputRow {
  /** Running number within the run, from 1. */
  readonly seq: number;
  readonly atMs: number;
  /** `mean#0` */
  readonly from: string;
  /** Output port, or `reply`. */
  readonly port: string;
  readonly type: string;
  /** Absent where the bytes hold what the type cannot; then `problem` says what. */
  readonly message?: Json;
  readonly problem?: string;
  readonly messageId: string;
}

/** `total` outputs so far; `rows` are the latest of them that the window has not got. */
export interface OutputBatch {
  readonly runId: number;
  readonly total: number;
  readonly rows: readonly OutputRow[];
  /** Outputs since the batch before that are not in `rows`; the host keeps the latest 10,000 (`outputs.list`). */
  readonly skipped: number;
}

export interface DeadLetterSummary {
  readonly total: number;
  readonly byReason: Readonly<Partial<Record<DeadLetterReason, number>>>;
  /** The latest of them that windows had sent, by `InjectResult.messageId`: what became of these is known. */
  readonly latestSent: readonly string[];
  /** Not kept any more because newer ones came. */
  readonly forgotten?: number;
  readonly removed?: number;
  /** Successful replays. */
  readonly replayed?: number;
}
