/** Ids of actors, from 1 to below the limit. One that is given back is used again last, so that what still names it is rare. */
export class ActorIds {
  readonly #limit: number;
  readonly #released: number[] = [];
  #next = 1;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Undefined when fewer than `count` are free. */
  take(count: number): readonly number[] | undefined {
    const fresh = Math.min(count, this.#limit - this.#next);
    if (count - fresh > this.#released.length) return undefined;
    const first = this.#next;
    this.#next += fresh;
    return [...Array.from({ length: fresh }, (_, index) => first + index), ...this.#released.splice(0, count - fresh)];
  }

  release(ids: readonly number[]): void {
    this.#released.push(...ids);
  }
}
