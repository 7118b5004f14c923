/** Names that are remembered. */
const REMEMBERED = 10_000;
/** Answers have 29 bits for it. */
const NUMBERS = 2 ** 28;

/** Names that messages were sent to in vain, by the numbers that their dead letters bring along. */
export class Refusals {
  readonly #texts = new Map<number, string>();
  #next = 1;

  /** Gives the refusal's number. */
  add(text: string): number {
    const number = this.#next;
    this.#next = (this.#next % NUMBERS) + 1;
    this.#texts.set(number, text);
    if (this.#texts.size > REMEMBERED) this.#texts.delete(this.#texts.keys().next().value ?? 0);
    return number;
  }

  textOf(number: number): string | undefined {
    return this.#texts.get(number);
  }
}
