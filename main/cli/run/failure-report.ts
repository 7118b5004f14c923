import type { FaultCause } from '../../../app/device/device.ts';
import { writeJson } from '../../../app/model/write-json.ts';
import { contentsOf, type DeadLetter } from '../../../app/runtime/dead-letters/dead-letter.ts';
import { deadlockText } from '../../../app/runtime/health/deadlock.ts';
import type { ActorFailure, RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { Terminal } from '../terminal.ts';
import type { Refusal } from '../../host/batch/message-sender.ts';

/** Causes that say it all; others come with a sentence. */
const PLAIN_CAUSES: readonly FaultCause[] = ['divide-by-zero', 'integer-overflow'];

interface DeadLetterGroup {
  readonly first: DeadLetter;
  count: number;
}

/** Tells what went wrong in the user's program: failures as they happen, the rest summed up at the end. */
export class FailureReport implements Disposable {
  isDeadlocked = false;
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
        const writing = this.#write(failure).finally(() => this.#pending.delete(writing));
        this.#pending.add(writing);
      }),
      runtime.supervision.onDidRestart.on(({ instances, supervisor }) => {
        this.#terminal.note(JSON.stringify({ restarted: instances, supervisor }));
      }),
      runtime.supervision.onDidEscalate.on(({ supervisor, parent, instance, reason }) => {
        this.#terminal.note(JSON.stringify({ escalated: instance, supervisor, to: parent ?? null, reason }));
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
    const deadlocks = this.#runtime.deadlocks();
    this.isDeadlocked = deadlocks.length > 0;
    for (const { members } of deadlocks) {
      const line = { deadlock: members.map(({ actor }) => actor), capacities: members.map(({ capacity }) => capacity) };
      this.#terminal.note(JSON.stringify(line));
    }
    const undelivered = [...this.#runtime.undelivered(), ...refusals];
    for (const { actor, count, reason } of undelivered)
      this.#terminal.note(JSON.stringify({ undelivered: actor, count, reason }));
    for (const group of this.#deadLetters.values()) this.#terminal.note(writeJson(describe(group)));
    const undeliveredCount = undelivered.reduce((sum, { count }) => sum + count, 0);
    return [
      ...deadlocks.map((deadlock) => `deadlock: ${deadlockText(deadlock)}`),
      amount(this.#failedCount(), 'actor failed', 'actors failed'),
      amount(undeliveredCount, 'message was not delivered', 'messages were not delivered'),
      amount(this.#runtime.deadLetters.total, 'message became a dead letter', 'messages became dead letters'),
    ]
      .filter((part) => part !== '')
      .join(', ');
  }

  /** Those that are started again have not failed for good. */
  #failedCount(): number {
    const instances = this.#runtime.actors.flatMap((actor) => actor.instances);
    return instances.filter(({ fault }) => fault !== undefined).length;
  }

  async #write({ instance, fault }: ActorFailure): Promise<void> {
    const { cause, detail, place } = fault;
    const messageId = instance.failedMessageId;
    const location = await fault.location;
    const line = {
      failed: instance.label,
      cause,
      at: location === undefined ? undefined : `${location.file}:${location.line}`,
      messageId,
      ...place,
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
  return { deadLetters: count, reason, from, to, type: type?.name, messageId, message: contentsOf(first) };
}

export function amount(count: number, one: string, many: string): string {
  if (count === 0) return '';
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}
