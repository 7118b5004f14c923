import type { ByteRange } from '../../device/buffer-memory.ts';

/** A set of bytes as ranges in ascending order, none touching the next. */
export class DirtyRanges {
  #ranges: readonly ByteRange[] = [];

  get ranges(): readonly ByteRange[] {
    return this.#ranges;
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** Ranges that overlap or touch become one. */
  add({ begin, end }: ByteRange): void {
    if (begin >= end) return;
    const before = this.#ranges.filter((range) => range.end < begin);
    const after = this.#ranges.filter((range) => range.begin > end);
    const met = this.#ranges.slice(before.length, this.#ranges.length - after.length);
    const merged = {
      begin: Math.min(begin, ...met.map((range) => range.begin)),
      end: Math.max(end, ...met.map((range) => range.end)),
    };
    this.#ranges = [...before, merged, ...after];
  }

  clear(): void {
    this.#ranges = [];
  }
}
