import { HEADER, HOST_ACTOR_ID } from '../../abi/arena-layout.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { Arena } from '../../device/arena.ts';
import type { DeviceFault } from '../../device/device.ts';
import { Event, type OnListenerError } from '../event.ts';
import { hlcMs } from '../hybrid-clock.ts';
import { readId } from '../message-header.ts';
import type { DeadLetterReason } from '../message.ts';
import type { TypeRegistry } from '../type-registry.ts';
import type { DeadLetter, Replay } from './dead-letter.ts';
import { fits, type DeadLetterFilter } from './dead-letter-filter.ts';
import { LetterStore } from './letter-store.ts';
import type { ReplayOptions, ReplayReport, SendAgain } from './replay.ts';

export interface DeadLetterOptions {
  /** Of the latest so many letters those that were not removed are kept. Default 10,000. */
  readonly capacity?: number;
  /** Letters older than this are dropped. Default: kept at any age. */
  readonly maxAgeMs?: number;
}

interface DeadLettersInit {
  readonly arena: Arena;
  readonly types: TypeRegistry;
  readonly labelOf: (actorId: number) => string | undefined;
  /** Unix time. */
  readonly nowMs: () => number;
  readonly sendAgain: SendAgain;
  readonly onListenerError?: OnListenerError | undefined;
  readonly options?: DeadLetterOptions | undefined;
}

/** A dead letter in a slot. */
export interface LetterPlace {
  readonly reason: DeadLetterReason;
  readonly slot: number;
  /** Id of the actor that should have processed it. */
  readonly target: number;
  /** Whom it was for, where that was said by a name that no actor has. */
  readonly addressee?: string | undefined;
  /** Room for the payload: its own size may have been overwritten. */
  readonly roomBytes: number;
  readonly by: string;
  readonly fault?: DeviceFault | undefined;
}

/** Letters, their ids, or a filter. */
export type DeadLetterSelection = DeadLetterFilter | readonly (DeadLetter | number)[];

const DEFAULT_CAPACITY = 10_000;
const MAX_CAPACITY = 10_000_000;

/** Messages that could not be delivered or processed. Every one is counted; the latest are kept, and can be sent again. */
export class DeadLetters {
  readonly onDidArrive: Event<DeadLetter>;
  /** Letters that were taken out by `remove`. */
  removed = 0;
  /** Successful replays; a letter can be sent again more than once. */
  replayed = 0;
  readonly #init: DeadLettersInit;
  readonly #store: LetterStore;
  readonly #counts = new Map<DeadLetterReason, number>();
  #total = 0;

  /** @throws StudioError `InvalidOption` */
  constructor(init: DeadLettersInit) {
    const { capacity = DEFAULT_CAPACITY, maxAgeMs = Infinity } = init.options ?? {};
    this.#init = init;
    this.onDidArrive = new Event(init.onListenerError);
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_CAPACITY || !(maxAgeMs > 0)) {
      const message = `dead letters: capacity ${capacity}, maxAgeMs ${maxAgeMs}.`;
      throw new StudioError('InvalidOption', message, { tip: 'A capacity from 1 to 10,000,000; an age above 0.' });
    }
    this.#store = new LetterStore({ capacity, maxAgeMs });
  }

  /** In order of arrival. */
  get kept(): readonly DeadLetter[] {
    return [...this.#store.all(this.#init.nowMs())];
  }

  /** How many there were, by reason. */
  get counts(): ReadonlyMap<DeadLetterReason, number> {
    return this.#counts;
  }

  get total(): number {
    return this.#total;
  }

  /** Letters that are not kept any more because newer ones came. */
  get forgotten(): number {
    return this.#store.forgotten;
  }

  /** Letters that are not kept any more because they had become older than `maxAgeMs`. */
  get expired(): number {
    this.#store.expire(this.#init.nowMs());
    return this.#store.expired;
  }

  /** Those that fit, in order of arrival. */
  list(filter: DeadLetterFilter = {}): readonly DeadLetter[] {
    return this.kept.filter((letter) => fits(letter, this.#store.replayOf(letter.id) !== undefined, filter));
  }

  get(id: number): DeadLetter | undefined {
    return this.#store.get(id, this.#init.nowMs());
  }

  /** The last time that the letter was sent again. */
  replayOf({ id }: DeadLetter): Replay | undefined {
    return this.#store.replayOf(id);
  }

  /** Gives how many were there. */
  remove(selection: DeadLetterSelection): number {
    const count = this.#choose(selection).filter(({ id }) => this.#store.remove(id)).length;
    this.removed += count;
    return count;
  }

  /**
   * Sends letters again, each by a new message that keeps the trace id: back to where they should have
   * gone, or to `to`. Of a filter those that have not been sent again yet. In order, one after another. What fails is in
   * the report with its reason, and the others go on.
   */
  async replay(selection: DeadLetterSelection, options: ReplayOptions = {}): Promise<ReplayReport> {
    const { nowMs, sendAgain } = this.#init;
    const chosen = isFilter(selection) ? { isReplayed: false, ...selection } : selection;
    const report = {
      replayed: [] as ReplayReport['replayed'][number][],
      failed: [] as ReplayReport['failed'][number][],
    };
    for (const letter of this.#choose(chosen)) {
      try {
        const replay = { ...(await sendAgain(letter, options)), atMs: nowMs() };
        this.#store.noteReplay(letter.id, replay);
        this.replayed++;
        report.replayed.push({ letter, replay });
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
        report.failed.push({ letter, error });
      }
    }
    return report;
  }

  /** Copies the message. */
  add({ reason, slot, target, addressee, roomBytes, by, fault }: LetterPlace): DeadLetter {
    const { arena, types, nowMs } = this.#init;
    const { u32, u8 } = arena;
    const payload = slot + HEADER.sizeBytes;
    const bytes = u8.slice(payload, payload + Math.min(u32[(slot + HEADER.payloadBytes) >>> 2]!, roomBytes));
    const type = types.get(u32[(slot + HEADER.typeId) >>> 2]!);
    const letter: DeadLetter = {
      id: this.#store.nextId,
      reason,
      messageId: readId(arena, slot, HEADER.messageId),
      traceId: readId(arena, slot, HEADER.traceId),
      from: this.#nameOf(u32[(slot + HEADER.source) >>> 2]!),
      to: addressee ?? this.#nameOf(target),
      by,
      type: type?.sizeBytes === bytes.length ? type : undefined,
      bytes,
      atMs: nowMs(),
      sentAtMs: Math.floor(hlcMs(u32[(slot + HEADER.hlc) >>> 2]!, u32[(slot + HEADER.hlc + 4) >>> 2]!)),
      priority: u8[slot + HEADER.priority]!,
      hops: u8[slot + HEADER.hops]!,
      fault,
    };
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#total++;
    this.#store.add(letter);
    this.onDidArrive.fire(letter);
    return letter;
  }

  #choose(selection: DeadLetterSelection): readonly DeadLetter[] {
    if (isFilter(selection)) return this.list(selection);
    return selection.flatMap((chosen) => this.get(typeof chosen === 'number' ? chosen : chosen.id) ?? []);
  }

  #nameOf(actorId: number): string {
    return actorId === HOST_ACTOR_ID ? 'host' : (this.#init.labelOf(actorId) ?? `actor ${actorId.toString()}`);
  }
}

function isFilter(selection: DeadLetterSelection): selection is DeadLetterFilter {
  return !Array.isArray(selection);
}
