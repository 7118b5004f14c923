import { NO_PLACE, PRINT_KIND, PRINT_RECORD, PRINT_TEXT_BYTES, REPORT } from '../../../app/abi/cuda-layout.ts';
import { threadPlace, type ThreadPlace } from '../../../app/device/thread-place.ts';
import { formatC, type PrintArgument } from './c-format.ts';

const WORD_BYTES = 8;

/** A call of printf. */
export interface Printed {
  readonly text: string;
  /** Where the actor, or the launch, has more than one thread. */
  readonly place: ThreadPlace | undefined;
}

export interface DrainedPrints {
  readonly prints: readonly Printed[];
  /** Calls since the last time that found no room. */
  readonly dropped: number;
}

/**
 * The host's end of the ring that a report's kernels print to (kernels/abi/ring_abi_cuda.h). There is one for each. A kernel
 * may write over any word of it: what makes no sense is passed by.
 */
export class PrintReader {
  readonly #view: DataView;
  readonly #u32: Uint32Array;
  readonly #report: number;
  /** Where the ring is, and how many words it has: by what the host has laid out, and not as memory says later. */
  readonly #ring: number;
  readonly #capacity: number;
  #dropped: number;

  /** `report` is the address of one whose `prints` are set, and that no kernel has seen. */
  constructor(memory: ArrayBufferLike, report: number) {
    this.#view = new DataView(memory);
    this.#u32 = new Uint32Array(memory);
    this.#report = report;
    this.#ring = this.#load(REPORT.prints);
    this.#capacity = this.#load(REPORT.printWords);
    this.#dropped = this.#load(REPORT.dropped);
  }

  /** Takes at most so many calls. */
  drain(most = 1000): DrainedPrints {
    const tail = this.#load(REPORT.printTail);
    const prints: Printed[] = [];
    let head = this.#load(REPORT.printHead);
    while (head !== tail && prints.length < most) {
      const left = (tail - head) >>> 0;
      const record = left <= this.#capacity ? this.#read(head, left) : undefined;
      if (record === undefined) {
        head = tail; // some kernel has written over it
        break;
      }
      prints.push(record.printed);
      head = (head + record.words) >>> 0;
    }
    Atomics.store(this.#u32, (this.#report + REPORT.printHead) >>> 2, head);
    const before = this.#dropped;
    this.#dropped = this.#load(REPORT.dropped);
    return { prints, dropped: (this.#dropped - before) >>> 0 };
  }

  #read(head: number, left: number): { readonly printed: Printed; readonly words: number } | undefined {
    const words = this.#copy(head, 1).getUint16(PRINT_RECORD.words, true);
    if (words < 2 || words > left) return undefined;
    const printed = readRecord(this.#copy(head, words));
    return printed === undefined ? undefined : { printed, words };
  }

  /** Whole, though it may go over the ring's end. */
  #copy(head: number, words: number): DataView {
    const copy = new DataView(new ArrayBuffer(words * WORD_BYTES));
    for (let word = 0; word < words; word++) {
      const from = this.#ring + ((head + word) & (this.#capacity - 1)) * WORD_BYTES;
      copy.setBigUint64(word * WORD_BYTES, this.#view.getBigUint64(from, true), true);
    }
    return copy;
  }

  #load(offset: number): number {
    return Atomics.load(this.#u32, (this.#report + offset) >>> 2);
  }
}

/** Undefined where it is none. */
function readRecord(record: DataView): Printed | undefined {
  const count = record.getUint8(PRINT_RECORD.arguments);
  const block = record.getUint32(WORD_BYTES, true);
  const thread = record.getUint32(WORD_BYTES + 4, true);
  const values = 2 * WORD_BYTES;
  const kinds = values + count * WORD_BYTES;
  let at = kinds + Math.ceil(count / WORD_BYTES) * WORD_BYTES;
  const takeText = (bytes: number): string => {
    const text = Buffer.from(record.buffer, at, bytes).toString('latin1');
    at += Math.ceil(bytes / WORD_BYTES) * WORD_BYTES;
    return text;
  };
  try {
    const format = takeText(record.getUint16(PRINT_RECORD.formatBytes, true));
    const given = Array.from({ length: count }, (_, index): PrintArgument => {
      const offset = values + index * WORD_BYTES;
      const kind = record.getUint8(kinds + index);
      if (kind === PRINT_KIND.string) return { kind: 'string', bytes: takeText(record.getUint32(offset, true)) };
      if (kind === PRINT_KIND.real) {
        const isNegative = (record.getUint8(offset + WORD_BYTES - 1) & 0x80) !== 0;
        return { kind: 'real', value: record.getFloat64(offset, true), isNegative };
      }
      const bits = kind === PRINT_KIND.signed32 || kind === PRINT_KIND.unsigned32 ? 32 : 64;
      return { kind: 'integer', value: record.getBigUint64(offset, true), bits };
    });
    const bytes = Buffer.from(formatC(format, given).slice(0, PRINT_TEXT_BYTES), 'latin1');
    const isPlaced = block !== NO_PLACE && thread !== NO_PLACE;
    return { text: bytes.toString('utf8'), place: isPlaced ? threadPlace({ block, thread }) : undefined };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // it says that it is longer than it is
    throw error;
  }
}
