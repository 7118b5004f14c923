import type { SeededRandom } from '../../base/seeded-random.ts';
import type { StructType } from '../../model/message-type.ts';
import type { ReceivedMessage } from '../message.ts';

/** A receiver of an output, as the host actor sees it. */
export interface HostReceiver {
  /** Name of the actor. */
  readonly name: string;
  /** What it gets from here, as its program declares it now. */
  readonly type: StructType;
}

/** What a host actor can do. Its promises reject with `Aborted` when it is to end. */
export interface HostActorContext {
  readonly name: string;
  /** Aborts when it is to end. */
  readonly signal: AbortSignal;
  /** Seeded by the runtime's seed and the actor's name. */
  readonly random: SeededRandom;
  /** Unix time in ms. */
  unixMs(): number;
  /** Time since its start in ms, without the time that it was paused. */
  activeMs(): number;
  /** Resolves at that `activeMs`, or a little later; at once when it has passed and nothing is paused. */
  sleepUntil(activeMs: number): Promise<void>;
  /** Resolves in the next turn of the event loop in which it is not paused: long work lets others through by it. */
  turn(): Promise<void>;
  /** Where an output leads. */
  receivers(output: string): readonly HostReceiver[];
  /**
   * Sends to every channel of the output, as the channel's receiver declares the message. Undefined when every queue has
   * taken it at once; else resolves when all have, or have refused it by their policy, which is counted as dropped.
   *
   * @throws StudioError `InvalidMessage`, `UnknownOutput`
   */
  emit(output: string, message: object): Promise<void> | undefined;
  /** Adds to a counter of the actor's own, which shows in its telemetry. */
  count(what: string, by?: number): void;
  /** Says something to whoever watches: the first 100 of an actor are told, and that there were more. */
  report(text: string): void;
}

/** An actor that runs on the host. All functions are called on the host's thread, never two of the same actor at once, `run` apart. */
export interface HostActorDefinition {
  /** Default name of the actor. */
  readonly name: string;
  /** Names of its outputs. Default: none. */
  readonly outputs?: readonly string[];
  /** Messages of other actors that wait for it at most; a full queue holds its senders up. Default 1,024. */
  readonly capacity?: number;
  /** Prepares it: files are opened here. What it throws, `start` throws. */
  readonly onStart?: (context: HostActorContext) => void | Promise<void>;
  /** Sends by itself; has sent all when it returns. Until then the runtime is not quiet, unless the actor is paused. */
  readonly run?: (context: HostActorContext) => void | Promise<void>;
  /** Handles one message; the next one waits until it is done. */
  readonly onMessage?: (message: ReceivedMessage, context: HostActorContext) => void | Promise<void>;
  /** Instead of `onMessage`: handles what waits, at most 256 messages, together. */
  readonly onMessages?: (messages: readonly ReceivedMessage[], context: HostActorContext) => void | Promise<void>;
  /** Called once at its end, after the last message, whether it was told to stop or has failed. `onStart` has been called before. */
  readonly onStop?: (context: HostActorContext, end: HostActorEnd) => void | Promise<void>;
}

/** `cancelled`: it was opened, and never started. */
export type HostActorEnd = 'stopped' | 'failed' | 'cancelled';

/** Gives the definition back, checked by its type: for host actors that are written apart from where they are launched. */
export function defineHostActor(definition: HostActorDefinition): HostActorDefinition {
  return definition;
}
