const utf8 = new TextDecoder();

/** Reads WebAssembly's encodings from a position that moves. Offsets are those of `bytes`. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw new Error(`WebAssembly module is cut off at offset ${this.at}`);
    this.at += 1;
    return value;
  }

  /** An unsigned LEB128; linkers pad them to five bytes, so the width says nothing about the value. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Error(`WebAssembly module has an integer of more than 32 bits at offset ${this.at}`);
  }

  /** A signed LEB128 of at most five bytes. */
  s32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return shift < 28 && (byte & 0x40) !== 0 ? value | (-1 << (shift + 7)) : value;
    }
    throw new Error(`WebAssembly module has an integer of more than 32 bits at offset ${this.at}`);
  }

  /** Moves past a LEB128 of any width and sign. */
  skipLeb(): void {
    while (this.byte() >= 0x80);
  }

  name(): string {
    const length = this.u32();
    const text = utf8.decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }
}

/** `value` as unsigned LEB128 of at least `minWidth` bytes. */
export function encodeU32(value: number, minWidth = 1): number[] {
  const out: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80 || out.length + 1 < minWidth) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
  return out;
}

/** `value` as signed LEB128, the form of `i32.const`. */
export function encodeS32(value: number): number[] {
  const out: number[] = [];
  let rest = value | 0;
  while (rest < -0x40 || rest > 0x3f) {
    out.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  out.push(rest & 0x7f);
  return out;
}
