import type { HostInbox } from './host-inbox.ts';
import type { HostOutlet } from './host-outlet.ts';

/** What a host actor has really done: `received` = `processed` + `failed` + `depth` + `inHand`. */
export interface HostActorCounters {
  /** Taken from other actors. */
  readonly received: number;
  readonly processed: number;
  /** What it was handling when it failed. */
  readonly failed: number;
  /** Waiting to be handled. */
  readonly depth: number;
  /** Being handled now. */
  readonly inHand: number;
  /** Accepted by the queues of receivers. */
  readonly sent: number;
  /** Not taken by receivers, by what they answered: `QueueFull`, `ActorFailed`, … */
  readonly refused: Readonly<Record<string, number>>;
  /** What the actor counts itself: `missed` ticks of a timer, `badLines` of a replay, … */
  readonly own: Readonly<Record<string, number>>;
}

/** The counters of one host actor. */
export class HostTally {
  inHand = 0;
  readonly #inbox: HostInbox;
  readonly #outlets: readonly HostOutlet[];
  readonly #own = new Map<string, number>();
  #processed = 0;
  #failed = 0;

  constructor(inbox: HostInbox, outlets: readonly HostOutlet[]) {
    this.#inbox = inbox;
    this.#outlets = outlets;
  }

  get events(): number {
    const sent = this.#outlets.reduce((sum, outlet) => sum + outlet.sent + outlet.refusedTotal, 0);
    return this.#inbox.received + this.#processed + this.#failed + sent;
  }

  count(what: string, by: number): void {
    this.#own.set(what, (this.#own.get(what) ?? 0) + by);
  }

  /** So many messages are handled by `work`. */
  async handle(messages: number, work: () => void | Promise<void>): Promise<void> {
    this.inHand = messages;
    try {
      await work();
      this.#processed += messages;
    } catch (error) {
      this.#failed += messages;
      throw error;
    } finally {
      this.inHand = 0;
    }
  }

  counters(): HostActorCounters {
    const refused = new Map<string, number>();
    for (const channel of this.#outlets.flatMap(({ channels }) => channels))
      for (const [code, count] of channel.refused) refused.set(code, (refused.get(code) ?? 0) + count);
    return {
      received: this.#inbox.received,
      processed: this.#processed,
      failed: this.#failed,
      depth: this.#inbox.length,
      inHand: this.inHand,
      sent: this.#outlets.reduce((sum, { sent }) => sum + sent, 0),
      refused: Object.fromEntries(refused),
      own: Object.fromEntries(this.#own),
    };
  }
}
