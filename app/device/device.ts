import type { SourceLocation, StudioError } from '../base/studio-error.ts';
import type { LaunchSize } from '../model/launch-size.ts';
import type { ProgramImage } from '../model/program.ts';
import type { Arena } from './arena.ts';
import type { BufferMemory } from './buffer-memory.ts';
import type { DeviceProgram } from './device-program.ts';
import type { FaultCause } from './fault-cause.ts';
import type { GridLaunch, GridOutcome } from './grid-launch.ts';
import type { ThreadPlace } from './thread-place.ts';

export type { DeviceProgram } from './device-program.ts';
export type { FaultCause } from './fault-cause.ts';

export type DeviceKind = 'cpu' | 'cuda';

export interface DeviceFault {
  readonly actorId: number;
  readonly cause: FaultCause;
  /** One sentence for people: the assertion's text, the limit that was exceeded. */
  readonly detail: string;
  /** Where the actor has more than one thread, and the device knows which; `detail` says it too. */
  readonly place?: ThreadPlace | undefined;
  /** Where in the user's source; found after the fact, so that the actor fails at once. Never rejects. */
  readonly location: Promise<SourceLocation | undefined>;
}

/** What a device tells the runtime. Called on the host's thread, never from inside a Device method but `poll`. */
export interface DeviceListener {
  /** The actor has output, a changed state, or room in its host ring. */
  actorSignalled(actorId: number): void;
  /** The actor's block is final: it says failed, its in-hand message still lies in its ring. */
  actorFailed(fault: DeviceFault): void;
  /** `printf` of an actor; `actorId` 0 when unknown, `place` where it has more than one thread. */
  actorPrinted(actorId: number, text: string, place?: ThreadPlace): void;
}

/** An actor block, filled in but for what the device decides (worker, ready bit, shared data). */
export interface ActorPlacement extends LaunchSize {
  readonly actorId: number;
  /** Address of the actor block in the arena. */
  readonly address: number;
  readonly program: DeviceProgram;
  readonly kernel: string;
  /** Which of the device's GPUs runs it: an index of `Device.gpus`; 0 where there are none. */
  readonly gpu: number;
}

/** How a device has actors that it runs go on with other code. */
export interface Replacement {
  /**
   * Called once, between two batches: none of the actors runs. True when their blocks fit the new code; false or an error
   * leaves everything as it was.
   */
  readonly swap: () => boolean;
  /** Whether no other actor runs during `swap` either. */
  readonly isExclusive: boolean;
  /** How long to wait for handlers that are running. */
  readonly timeoutMs: number;
}

/** `held-up` by the handler of an actor that did not return in time. */
export type ReplacementOutcome =
  | { readonly kind: 'replaced' }
  | { readonly kind: 'declined' }
  | { readonly kind: 'held-up'; readonly actorId: number };

/** How a device keeps actors from running for a moment. */
export interface Pause {
  /** Called once, between two batches: none of the actors runs. What it throws, `whileParked` rejects with. */
  readonly run: () => void;
  /** Whether no other actor runs meanwhile either. */
  readonly isExclusive: boolean;
  /** How long to wait for handlers that are running. */
  readonly timeoutMs: number;
}

/** `declined` because the device had to mend itself first, or is ending; `run` was called when `done` and never else. */
export type PauseOutcome =
  { readonly kind: 'done' } | { readonly kind: 'declined' } | { readonly kind: 'held-up'; readonly actorId: number };

/**
 * A device: runs the drain loops of actors that live in its arena. The runtime writes messages and commands straight into
 * the arena and wakes actors; the device tells when an actor has something for the host.
 */
export interface Device extends AsyncDisposable {
  readonly kind: DeviceKind;
  /** `CPU, 1 worker`. */
  readonly description: string;
  readonly arena: Arena;
  /** Largest actor id + 1. */
  readonly actorLimit: number;
  /** Its GPUs, as their driver counts them; undefined where it has none, so that launches may name any. */
  readonly gpus?: readonly number[];
  /** Why nothing runs on it any more, and never will in this process; undefined as long as it works. */
  readonly lost?: StudioError | undefined;
  /** Where buffers lie when that is not the arena for both sides. */
  readonly bufferMemory?: BufferMemory;

  /** To be called once, before anything else. */
  attach(listener: DeviceListener): void;
  load(image: ProgramImage): Promise<DeviceProgram>;
  /** Drops a program of which no actor is left. Its static data may be freed afterwards. */
  unload(program: DeviceProgram): Promise<void>;
  /** Makes the device run these actors: from now on it obeys the commands in their blocks. */
  place(actors: readonly ActorPlacement[]): Promise<void>;
  /**
   * Has actors that are placed run other code in their blocks, all or none, with fresh shared data; nothing of the old
   * code is used when it resolves. Declined by `swap`, or because the device had to mend itself first: then try again.
   */
  replace(actors: readonly ActorPlacement[], replacement: Replacement): Promise<ReplacementOutcome>;
  /** Keeps actors that are placed between two batches while `run` looks at their memory, or changes it. */
  whileParked(actorIds: readonly number[], pause: Pause): Promise<PauseOutcome>;
  /** Forgets actors that have ended; their memory may be freed afterwards. */
  remove(actorIds: readonly number[]): Promise<void>;
  /** Resolves when every drain that is running now has ended: nobody uses what was unlinked before. */
  settled(): Promise<void>;
  /** Has the device look at the actor: a command or messages were written. Allocates nothing. */
  wake(address: number): void;
  /** Stops the handler that the actor is running, if any: the actor fails as a runaway. */
  interrupt(actorId: number): void;
  /**
   * Runs a plain function over a grid. Actors go on meanwhile, and what they or other launches do is not changed by how
   * it ends. Rejects where there is no memory for it; what goes wrong on the device is its outcome.
   */
  runGrid(launch: GridLaunch): Promise<GridOutcome>;
  /** Passes on signals that are due now, without waiting for the event loop. */
  poll(): void;
  /** Signals are expected within microseconds: look for them busily for a while. */
  expectSignals(): void;
  /**
   * False while what actors write may be seen in part: nobody takes their outputs then. The device signals all actors when
   * it is over. Undefined: never.
   */
  readonly isReadable?: boolean;
  /** True while some worker runs a drain, or a launch is under way: part of the runtime's test for quiescence. */
  isBusy(): boolean;
}
