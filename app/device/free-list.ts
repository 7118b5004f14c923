interface FreeRange {
  address: number;
  sizeBytes: number;
}

/** First-fit allocation of address ranges; neighbours merge when they are given back. */
export class FreeList {
  readonly #start: number;
  readonly #end: number;
  #ranges: FreeRange[];

  constructor(address: number, sizeBytes: number) {
    this.#start = address;
    this.#end = address + sizeBytes;
    this.#ranges = [{ address, sizeBytes }];
  }

  get freeBytes(): number {
    return this.#ranges.reduce((sum, range) => sum + range.sizeBytes, 0);
  }

  covers(address: number): boolean {
    return address >= this.#start && address < this.#end;
  }

  /** Address of `sizeBytes` free bytes at a multiple of `alignBytes`; undefined when there is no such range. */
  take(sizeBytes: number, alignBytes: number): number | undefined {
    for (const [index, range] of this.#ranges.entries()) {
      const address = Math.ceil(range.address / alignBytes) * alignBytes;
      const end = range.address + range.sizeBytes;
      if (address + sizeBytes > end) continue;
      const before = { address: range.address, sizeBytes: address - range.address };
      const after = { address: address + sizeBytes, sizeBytes: end - address - sizeBytes };
      this.#ranges.splice(index, 1, ...[before, after].filter((part) => part.sizeBytes > 0));
      return address;
    }
    return undefined;
  }

  give(address: number, sizeBytes: number): void {
    const next = this.#ranges.findIndex((range) => range.address > address);
    const index = next === -1 ? this.#ranges.length : next;
    this.#ranges.splice(index, 0, { address, sizeBytes });
    this.#mergeWithNext(index);
    if (index > 0) this.#mergeWithNext(index - 1);
  }

  #mergeWithNext(index: number): void {
    const range = this.#ranges[index];
    const next = this.#ranges[index + 1];
    if (range === undefined || next === undefined || range.address + range.sizeBytes !== next.address) return;
    range.sizeBytes += next.sizeBytes;
    this.#ranges.splice(index + 1, 1);
  }
}
