import type { Sharing } from './sharing.ts';
import type { Observed, ThreadStep } from './thread-step.ts';
import { ACCESSES, codeOf } from './watched-module.ts';

/** Bytes from `start` up to `end`. */
export interface MemoryRange {
  readonly start: number;
  readonly end: number;
}

/** What one thread has written to words that nobody else touches, as far as it differs from the beginning. */
export type PrivateWords = ReadonlyMap<number, number>;

/** A run of a thread from a point where nothing but `privateWords` matters, as far as it is known what it sees. */
export interface Replay {
  readonly thread: number;
  readonly body: () => number | undefined;
  readonly privateWords: PrivateWords;
  readonly log: readonly Observed[];
  /** Ends before the private write with this number, counted from the last step that is known. */
  readonly maxPrivateWrites?: number;
}

export interface ReplayResult {
  /** Undefined when the body has returned, or `maxPrivateWrites` was met. */
  readonly step: ThreadStep | undefined;
  /** What the body has returned. */
  readonly label: number | undefined;
  /** What the last known step wrote, if that was an update. */
  readonly written: readonly number[];
  /** Behind the last known step. */
  readonly privateWriteCount: number;
  readonly privateWords: PrivateWords;
}

/** Thrown through the thread's frames where what it sees next is not known. */
const STOP = new Error('what the thread sees next is not known');

interface Running {
  readonly replay: Replay;
  at: number;
  step: ThreadStep | undefined;
  written: readonly number[];
  privateWriteCount: number;
  isStopped: boolean;
}

interface MemoryKnowledge {
  readonly sharing: Sharing;
  readonly ignored: readonly MemoryRange[];
  readonly racing: readonly MemoryRange[];
  readonly vital: readonly MemoryRange[];
}

/** The memory in which threads are replayed one at a time, and everything that they touch there is noticed. */
export class WatchedMemory {
  readonly u8: Uint8Array;
  readonly u32: Uint32Array;
  readonly #sharing: Sharing;
  /** Stacks, and counters that nobody looks at: what lies there does not tell states apart. */
  readonly #ignored: readonly MemoryRange[];
  /** Where plain accesses may race. */
  readonly #racing: readonly MemoryRange[];
  /** Where a thread's own writes are moments at which it may die. */
  readonly #vital: readonly MemoryRange[];
  /** Old values of the words written since the memory was as in the beginning. */
  readonly #journal = new Map<number, number>();
  #running: Running | undefined;
  #isNoting = false;
  #access: { readonly kind: number; readonly address: number; readonly sizeBytes: number } | undefined;

  constructor(buffer: ArrayBufferLike, { sharing, ignored, racing, vital }: MemoryKnowledge) {
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.#sharing = sharing;
    this.#ignored = ignored;
    this.#racing = racing;
    this.#vital = vital;
  }

  replay(replay: Replay): ReplayResult {
    for (const [word, value] of replay.privateWords) this.#set(word, value);
    const running: Running = {
      ...{ replay, at: 0, step: undefined, written: [] },
      ...{ privateWriteCount: 0, isStopped: false },
    };
    this.#running = running;
    let label: number | undefined;
    try {
      label = replay.body();
    } catch (error) {
      if (error !== STOP) throw error;
    } finally {
      this.#running = undefined;
    }
    const privateWords = this.#privateWords();
    this.undo();
    const { step, written, privateWriteCount } = running;
    return { step, label, written, privateWriteCount, privateWords };
  }

  /** Lets `change` work on memory as it is; gives the words that it has written. */
  note(change: () => void): ReadonlySet<number> {
    const before = new Set(this.#journal.keys());
    const kept = new Map([...before].map((word) => [word, this.#journal.get(word)!]));
    this.#journal.clear();
    this.#isNoting = true;
    try {
      change();
    } finally {
      this.#isNoting = false;
    }
    const written = new Set(this.#journal.keys());
    for (const [word, value] of kept) this.#journal.set(word, value);
    return written;
  }

  /** Writes a word until `undo`. */
  put(word: number, value: number): void {
    this.#set(word, value);
  }

  /** Memory is as in the beginning again. */
  undo(): void {
    for (const [word, value] of this.#journal) this.u32[word] = value;
    this.#journal.clear();
  }

  before(address: number, offset: number, what: number): number {
    const place = address + offset;
    const kind = what >> 8;
    const sizeBytes = what & 0xff;
    if (this.#running !== undefined) this.#begin(kind, place, sizeBytes);
    else if (this.#isNoting && ACCESSES[kind] !== 'load' && ACCESSES[kind] !== 'atomic load')
      this.#keep(place, sizeBytes);
    return address;
  }

  after(): void {
    const running = this.#running;
    const access = this.#access;
    if (running === undefined || access === undefined) return;
    this.#access = undefined;
    const { kind, address, sizeBytes } = access;
    const cells = this.#cells(address, sizeBytes);
    if (cells.length === 0) return;
    const values = cells.map((cell) => this.u32[this.#sharing.words[cell]!]!);
    if (ACCESSES[kind] === 'update') {
      if (running.at === running.replay.log.length) running.written = values;
      return;
    }
    const isAtomic = ACCESSES[kind] === 'atomic store';
    const isRacing = !isAtomic && this.#mayRace(address);
    const masks = cells.map((cell) => maskOf(this.#sharing.words[cell]! * 4, address, sizeBytes));
    this.#pass(running, { kind: 'store', address, sizeBytes, cells, values, masks, isAtomic, isRacing });
  }

  copy(to: number, from: number, sizeBytes: number): void {
    inChunks(from, sizeBytes, (at, size) => this.before(at, 0, codeOf('load', size)));
    this.#write(to, this.u8.slice(from, from + sizeBytes));
  }

  fill(to: number, value: number, sizeBytes: number): void {
    this.#write(to, new Uint8Array(sizeBytes).fill(value));
  }

  notify(address: number, offset: number): number {
    const place = address + offset;
    if (this.#running !== undefined) {
      this.#share(place);
      this.#pass(this.#running, { kind: 'notify', ...this.#place(place) });
    }
    return address;
  }

  wait(address: number, expected: number): void {
    const running = this.#running;
    if (running === undefined) throw new Error('only threads wait');
    this.#share(address);
    this.#pass(running, { kind: 'wait', expected, ...this.#place(address) });
  }

  /** Ends a turn of a thread's loop visibly, if it may die between the last step and here with a difference. */
  endTurn(): void {
    if (this.#running !== undefined && this.#running.privateWriteCount > 0)
      this.#pass(this.#running, { kind: 'turn', address: 0, sizeBytes: 0, cells: [] });
  }

  #begin(kind: number, address: number, sizeBytes: number): void {
    const running = this.#running!;
    if (running.isStopped) throw STOP;
    const access = ACCESSES[kind]!;
    const isWrite = access === 'store' || access === 'atomic store' || access === 'update';
    const isRead = access !== 'store' && access !== 'atomic store';
    const isPrivateWrite = this.#touch(address, sizeBytes, isWrite);
    if (isPrivateWrite) this.#countPrivateWrite(running);
    if (isWrite) {
      this.#keep(address, sizeBytes);
      this.#access = { kind, address, sizeBytes };
    }
    if (!isRead) return;
    const cells = this.#cells(address, sizeBytes);
    if (cells.length === 0) return;
    const isAtomic = access === 'atomic load';
    const isRacing = access === 'load' && this.#mayRace(address);
    const isOwn = !cells.some((cell) => this.#sharing.hasOtherWriters(cell, running.replay.thread));
    const observed = this.#pass(
      running,
      access === 'update'
        ? { kind: 'update', address, sizeBytes, cells }
        : { kind: 'load', address, sizeBytes, cells, isAtomic, isRacing, isOwn },
    );
    const values = typeof observed === 'number' ? [observed] : observed;
    for (const [index, cell] of cells.entries()) this.#set(this.#sharing.words[cell]!, values[index]!);
  }

  /** What the thread sees of the step, if that is known. */
  #pass(running: Running, step: ThreadStep): Observed {
    if (running.isStopped) throw STOP;
    const observed = running.replay.log[running.at];
    if (observed === undefined) {
      running.step = step;
      running.isStopped = true;
      throw STOP;
    }
    running.at++;
    running.written = [];
    running.privateWriteCount = 0;
    return observed;
  }

  #countPrivateWrite(running: Running): void {
    const { log, maxPrivateWrites } = running.replay;
    if (running.at === log.length && running.privateWriteCount === maxPrivateWrites) {
      running.isStopped = true;
      throw STOP;
    }
    running.privateWriteCount++;
  }

  /** True when it is a moment at which the thread may die that nobody else sees. */
  #touch(address: number, sizeBytes: number, isWrite: boolean): boolean {
    if (isIn(this.#ignored, address)) return false;
    const last = (address + sizeBytes - 1) >>> 2;
    let isPrivateWrite = false;
    for (let word = address >>> 2; word <= last; word++) {
      this.#sharing.touch(word, this.#running!.replay.thread, isWrite);
      isPrivateWrite ||= isWrite && this.#sharing.cellOf(word) === -1 && isIn(this.#vital, word * 4);
    }
    return isPrivateWrite;
  }

  #share(address: number): void {
    const word = address >>> 2;
    if (this.#sharing.cellOf(word) === -1) {
      this.#sharing.touch(word, 6, true);
      this.#sharing.touch(word, 7, true);
    }
  }

  #place(address: number) {
    return { address, sizeBytes: 4, cells: this.#cells(address, 4) };
  }

  #cells(address: number, sizeBytes: number): number[] {
    const cells: number[] = [];
    const last = (address + sizeBytes - 1) >>> 2;
    for (let word = address >>> 2; word <= last; word++) {
      const cell = this.#sharing.cellOf(word);
      if (cell !== -1) cells.push(cell);
    }
    return cells;
  }

  #mayRace(address: number): boolean {
    return isIn(this.#racing, address);
  }

  #write(to: number, bytes: Uint8Array): void {
    inChunks(to, bytes.length, (at, size) => {
      this.before(at, 0, codeOf('store', size));
      this.u8.set(bytes.subarray(at - to, at - to + size), at);
      this.after();
    });
  }

  #privateWords(): PrivateWords {
    const words = [...this.#journal.keys()].filter((word) => {
      return (
        !isIn(this.#ignored, word * 4) &&
        this.#sharing.cellOf(word) === -1 &&
        this.u32[word] !== this.#journal.get(word)
      );
    });
    return new Map(words.sort((a, b) => a - b).map((word) => [word, this.u32[word]!]));
  }

  #set(word: number, value: number): void {
    this.#keep(word * 4, 4);
    this.u32[word] = value;
  }

  #keep(address: number, sizeBytes: number): void {
    const last = (address + sizeBytes - 1) >>> 2;
    for (let word = address >>> 2; word <= last; word++)
      if (!this.#journal.has(word)) this.#journal.set(word, this.u32[word]!);
  }
}

function isIn(ranges: readonly MemoryRange[], address: number): boolean {
  return ranges.some(({ start, end }) => address >= start && address < end);
}

/** Sixteen bytes at a time: the widest access that there is. */
function inChunks(address: number, sizeBytes: number, visit: (address: number, sizeBytes: number) => void): void {
  for (let done = 0; done < sizeBytes; done += 16) visit(address + done, Math.min(16, sizeBytes - done));
}

/** Which bits of the word at `word` the access touches. */
function maskOf(word: number, address: number, sizeBytes: number): number {
  let mask = 0;
  for (let byte = 0; byte < 4; byte++)
    if (word + byte >= address && word + byte < address + sizeBytes) mask |= 0xff << (byte * 8);
  return mask;
}
