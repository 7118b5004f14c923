import type { FaultCause } from '../../../app/device/device.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { decodeJson } from '../../../app/model/codec/json-decode.ts';
import type { Json } from '../../../app/model/message-type.ts';
import { writeJson } from '../../../app/model/write-json.ts';
import type { DeadLetter } from '../../../app/runtime/message.ts';
import type { ActorFailure, RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { Terminal } from '../terminal.ts';
import type { Refusal } from './message-sender.ts';

/** Causes that say it all; others come with a sentence. */
const PLAIN_CAUSES: readonly FaultCause[] = ['divide-by-zero', 'integer-overflow'];

interface DeadLetterGroup {
  readonly first: DeadLetter;
  count: number;
}

/** Tells what went wrong in the user's program: failures as they happen, the rest summed up at the end. */
export class FailureReport implements Disposable {
  failedActors = 0;
  readonly #terminal: Terminal;
  readonly #runtime: RingKernelRuntime;
  readonly #pending = new Set<Promise<void>>();
  readonly #deadLetters = new Map<string, DeadLetterGroup>();
  readonly #subscriptions: readonly Disposable[];

  constructor(runtime: RingKernelRuntime, terminal: Terminal) {
    this.#runtime = runtime;
    this.#terminal = terminal;
    this.#subscriptions = [
      runtime.onDidFailActor.on((failure) => {
        this.failedActors++;
        const writing = this.#write(failure).finally(() => this.#pending.delete(writing));
        this.#pending.add(writing);
      }),
      runtime.deadLetters.onDidArrive.on((letter) => {
        this.#count(letter);
      }),
    ];
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
  }

  /** Resolves when every failure has been told; looking up source lines takes a moment. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Writes what nobody processed. Returns the sum of everything that failed, in words; '' when nothing did. */
  conclude(refusals: readonly Refusal[]): string {
    const undelivered = [...this.#runtime.undelivered(), ...refusals];
    for (const { actor, count, reason } of undelivered)
      this.#terminal.note(JSON.stringify({ undelivered: actor, count, reason }));
    for (const group of this.#deadLetters.values()) this.#terminal.note(writeJson(describe(group)));
    const undeliveredCount = undelivered.reduce((sum, { count }) => sum + count, 0);
    return [
      amount(this.failedActors, 'actor failed', 'actors failed'),
      amount(undeliveredCount, 'message was not delivered', 'messages were not delivered'),
      amount(this.#runtime.deadLetters.total, 'message became a dead letter', 'messages became dead letters'),
    ]
      .filter((part) => part !== '')
      .join(', ');
  }

  async #write({ instance, fault }: ActorFailure): Promise<void> {
    const { cause, detail } = fault;
    const messageId = instance.failedMessageId;
    const location = await fault.location;
    const line = {
      failed: instance.label,
      cause,
      at: location === undefined ? undefined : `${location.file}:${location.line}`,
      messageId,
      detail: PLAIN_CAUSES.includes(cause) || detail === '' ? undefined : detail,
    };
    this.#terminal.note(JSON.stringify(line));
  }

  #count(letter: DeadLetter): void {
    const key = JSON.stringify([letter.reason, letter.from, letter.to, letter.type?.typeId]);
    const group = this.#deadLetters.get(key);
    if (group === undefined) this.#deadLetters.set(key, { first: letter, count: 1 });
    else group.count++;
  }
}

/** A group of dead letters as one line, with the first of them in full. */
function describe({ first, count }: DeadLetterGroup): object {
  const { reason, from, to, type, messageId } = first;
  return { deadLetters: count, reason, from, to, type: type?.name, messageId, message: contents(first) };
}

function contents({ type, bytes }: DeadLetter): Json | undefined {
  try {
    return type === undefined ? undefined : decodeJson(type, bytes);
  } catch (error) {
    if (error instanceof StudioError) return undefined; // the bytes hold what the type cannot
    throw error;
  }
}

export function amount(count: number, one: string, many: string): string {
  if (count === 0) return '';
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}
