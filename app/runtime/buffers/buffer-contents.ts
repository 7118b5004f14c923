import { StudioError } from '../../base/studio-error.ts';
import type { ArenaBlock } from '../../device/arena.ts';
import type { BufferMemory, ByteRange } from '../../device/buffer-memory.ts';
import { nextBufferState, type BufferMove, type BufferState } from './buffer-state.ts';
import { DirtyRanges } from './dirty-ranges.ts';

/** What copies have cost, over all buffers of a runtime. On unified memory they move no bytes. */
export interface CopyCounts {
  uploads: number;
  uploadedBytes: number;
  downloads: number;
  downloadedBytes: number;
}

interface ContentsInit {
  readonly label: string;
  readonly sizeBytes: number;
  readonly block: ArenaBlock;
  readonly memory: BufferMemory;
  readonly copies: CopyCounts;
  /** What handlers have written since it was asked last. */
  readonly takeMarks: () => readonly ByteRange[];
}

/** Keeps the two sides of a buffer in step, as late as possible and no more than has changed. */
export class BufferContents {
  readonly #init: ContentsInit;
  readonly #whole: ByteRange;
  /** Where the side that is ahead is ahead. */
  readonly #dirty = new DirtyRanges();
  /** What handlers have written while the host was ahead: until somebody decides. */
  readonly #disputed = new DirtyRanges();
  #state: BufferState = 'uninitialized';

  constructor(init: ContentsInit) {
    this.#init = init;
    this.#whole = { begin: 0, end: init.sizeBytes };
  }

  /** As of now: marks that handlers have left count. */
  get state(): BufferState {
    this.#notice();
    return this.#state;
  }

  /** In bytes: where the host (`host-dirty`) or the device (`device-dirty`) is ahead; empty in other states. */
  get dirty(): readonly ByteRange[] {
    this.#notice();
    return this.#dirty.ranges;
  }

  /** Before the host writes: what the device has written must be here first. */
  beginHostWrite(): void {
    const state = this.#settle();
    if (state === 'device-only' || state === 'device-dirty') this.#download();
  }

  hostWrote(range: ByteRange): void {
    this.#move('host-write');
    if (this.#state === 'host-dirty') this.#dirty.add(range);
  }

  /** The host sees what the device has written. */
  toHost(): void {
    const state = this.#settle();
    if (state === 'device-only' || state === 'device-dirty') this.#download();
    else if (state === 'uninitialized') throw this.#illegal('download', state);
  }

  /** Handlers see what the host has written. Nothing to do for a buffer that nobody has written to: it is zero. */
  toDevice(): void {
    const state = this.#settle();
    if (state === 'host-only' || state === 'host-dirty') this.#upload();
  }

  /** Both sides alike. */
  sync(): void {
    this.toDevice();
    this.toHost();
  }

  /** One side counts; what the other has written apart from it is forgotten. Ends a `BufferConflict`. */
  keep(side: 'host' | 'device'): void {
    this.#notice();
    const disputed = [...this.#disputed.ranges];
    this.#disputed.clear();
    this.#dirty.clear();
    this.#state = this.#next(side === 'host' ? 'drop-device' : 'drop-host');
    if (side === 'device' && disputed.length > 0) this.#state = this.#next('device-write');
  }

  /** The state, when both sides can agree. */
  #settle(): BufferState {
    this.#notice();
    if (this.#disputed.isEmpty) return this.#state;
    const { label } = this.#init;
    const message = `buffer '${label}' was written by a handler while it was '${this.#state}': neither side has all of it.`;
    throw new StudioError('BufferConflict', message, {
      tip: "Call keep('host') or keep('device'). Send the buffer itself, not a handle of before: that uploads what the host wrote.",
    });
  }

  #notice(): void {
    for (const range of this.#init.takeMarks()) {
      const next = this.#disputed.isEmpty ? nextBufferState(this.#state, 'device-write') : undefined;
      if (next === undefined) {
        this.#disputed.add(range);
        continue;
      }
      this.#state = next;
      if (next === 'device-dirty') this.#dirty.add(range);
    }
  }

  #upload(): void {
    const { memory, block, copies } = this.#init;
    for (const range of this.#copied()) {
      copies.uploads++;
      copies.uploadedBytes += memory.upload(block, range);
    }
    this.#move('upload');
    this.#dirty.clear();
  }

  #download(): void {
    const { memory, block, copies } = this.#init;
    for (const range of this.#copied()) {
      copies.downloads++;
      copies.downloadedBytes += memory.download(block, range);
    }
    this.#move('download');
    this.#dirty.clear();
  }

  #copied(): readonly ByteRange[] {
    return this.#dirty.isEmpty ? [this.#whole] : this.#dirty.ranges;
  }

  #move(move: BufferMove): void {
    this.#state = this.#next(move);
  }

  #next(move: BufferMove): BufferState {
    const next = nextBufferState(this.#state, move);
    if (next === undefined) throw this.#illegal(move, this.#state);
    return next;
  }

  #illegal(move: BufferMove, state: BufferState): StudioError {
    const message = `buffer '${this.#init.label}' is '${state}': ${move} is not possible.`;
    const tip = state === 'uninitialized' ? 'Nobody has written to it yet: write, or await the actor that does.' : '';
    return new StudioError('InvalidBufferState', message, tip === '' ? {} : { tip });
  }
}
