export interface WaitingSender {
  /** True when it is through: sent, or given up. Never throws. */
  readonly tryNow: () => boolean;
  /** An actor of another GPU, and nobody who called the runtime. */
  readonly isActor?: true;
}

/** Who waits for room in one host ring, in order of arrival. */
export class WaitingSenders {
  readonly #onChange: () => void;
  #senders: WaitingSender[] = [];
  #isServing = false;

  /** `onChange` looks whether anybody waits. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get count(): number {
    return this.#senders.length;
  }

  /** Of these, whoever has called the runtime. */
  get callers(): number {
    return this.#senders.reduce((sum, { isActor }) => (isActor === true ? sum : sum + 1), 0);
  }

  add(sender: WaitingSender): void {
    this.#senders.push(sender);
    this.#onChange();
    this.serve();
  }

  /** The sender has given up. */
  remove(sender: WaitingSender): void {
    this.#senders = this.#senders.filter((other) => other !== sender);
    this.serve();
  }

  serve(): void {
    // A getter of the message that is being sent may send as well, or abort: whoever serves already goes on.
    if (this.#isServing) return;
    this.#isServing = true;
    for (let first = this.#senders[0]; first?.tryNow() === true; first = this.#senders[0])
      if (this.#senders[0] === first) this.#senders.shift();
    this.#isServing = false;
    if (this.#senders.length === 0) this.#onChange();
  }
}
