/** A set of vectors of 32-bit integers, numbered in the order of their arrival. */
export class StateStore {
  readonly #width: number;
  #vectors: Int32Array;
  #slots = new Int32Array(1 << 12).fill(-1);
  #count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#vectors = new Int32Array(width << 10);
  }

  get count(): number {
    return this.#count;
  }

  /** True when it was not there; then its number is the last one. */
  add(vector: Int32Array): boolean {
    const width = this.#width;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    const mask = this.#slots.length - 1;
    let slot = hash(vector) & mask;
    for (let index = this.#slots[slot]!; index !== -1; index = this.#slots[slot]!) {
      if (this.#isEqual(index, vector)) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#count;
    if ((this.#count + 1) * width > this.#vectors.length) {
      const vectors = new Int32Array(this.#vectors.length * 2);
      vectors.set(this.#vectors);
      this.#vectors = vectors;
    }
    this.#vectors.set(vector, this.#count * width);
    this.#count++;
    return true;
  }

  read(index: number, vector: Int32Array): void {
    vector.set(this.#vectors.subarray(index * this.#width, (index + 1) * this.#width));
  }

  #isEqual(index: number, vector: Int32Array): boolean {
    const start = index * this.#width;
    for (let at = 0; at < vector.length; at++) if (this.#vectors[start + at] !== vector[at]) return false;
    return true;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const vector = new Int32Array(this.#width);
    for (let index = 0; index < this.#count; index++) {
      this.read(index, vector);
      let slot = hash(vector) & (slots.length - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}

/** FNV-1a over words, with a last mix, since the table takes the low bits. */
function hash(vector: Int32Array): number {
  let sum = 0x811c9dc5;
  for (const word of vector) {
    sum = Math.imul(sum ^ word, 0x01000193);
    sum ^= sum >>> 15;
  }
  sum = Math.imul(sum ^ (sum >>> 16), 0x45d9f3b);
  return sum ^ (sum >>> 16);
}
