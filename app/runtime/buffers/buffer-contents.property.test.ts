import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StudioError } from '../../base/studio-error.ts';
import { Arena } from '../../device/arena.ts';
import type { ByteRange } from '../../device/buffer-memory.ts';
import { DiscreteMemory } from '../../testing/discrete-memory.ts';
import { BufferContents } from './buffer-contents.ts';
import { BUFFER_MOVES, nextBufferState, type BufferMove, type BufferState } from './buffer-state.ts';

const SIZE = 24;
const pages = 300;
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });

/** Two arrays and, byte by byte, which of them is ahead. Knows no states: their names follow from what is where. */
class Model {
  readonly host = new Uint8Array(SIZE);
  readonly device = new Uint8Array(SIZE);
  readonly hostAhead = new Set<number>();
  readonly deviceAhead = new Set<number>();
  hasHost = false;
  hasDevice = false;
  isDisputed = false;
  moved = 0;

  get state(): BufferState {
    if (!this.hasHost && !this.hasDevice) return 'uninitialized';
    if (!this.hasDevice) return 'host-only';
    if (!this.hasHost) return 'device-only';
    if (this.hostAhead.size > 0) return 'host-dirty';
    return this.deviceAhead.size > 0 ? 'device-dirty' : 'synchronized';
  }

  deviceWrite({ begin, end }: ByteRange, value: number): void {
    this.device.fill(value, begin, end);
    if (this.isDisputed || this.hostAhead.size > 0) {
      this.isDisputed = true;
      return;
    }
    for (let at = this.hasHost ? begin : 0; at < (this.hasHost ? end : SIZE); at++) this.deviceAhead.add(at);
    this.hasDevice = true;
  }

  hostWrite({ begin, end }: ByteRange, value: number): string {
    if (this.isDisputed) return 'BufferConflict';
    this.#download();
    this.host.fill(value, begin, end);
    for (let at = this.hasDevice ? begin : 0; at < (this.hasDevice ? end : SIZE); at++) this.hostAhead.add(at);
    this.hasHost = true;
    return 'done';
  }

  toDevice(): string {
    if (this.isDisputed) return 'BufferConflict';
    for (const at of this.hostAhead) this.device[at] = this.host[at]!;
    this.moved += this.hostAhead.size;
    this.hostAhead.clear();
    this.hasDevice ||= this.hasHost;
    return 'done';
  }

  toHost(): string {
    if (this.isDisputed) return 'BufferConflict';
    if (!this.hasHost && !this.hasDevice) return 'InvalidBufferState';
    this.#download();
    return 'done';
  }

  sync(): string {
    const outcome = this.toDevice();
    return outcome === 'done' ? this.toHost() : outcome;
  }

  keep(side: 'host' | 'device'): string {
    if (!this.hasHost && !this.hasDevice) return 'InvalidBufferState';
    this.hasHost &&= side === 'host';
    this.hasDevice = side === 'device' && (this.hasDevice || this.isDisputed);
    this.isDisputed = false;
    this.hostAhead.clear();
    this.deviceAhead.clear();
    for (let at = 0; at < SIZE; at++) {
      if (this.hasHost) this.hostAhead.add(at);
      if (this.hasDevice) this.deviceAhead.add(at);
    }
    return 'done';
  }

  #download(): void {
    for (const at of this.deviceAhead) this.host[at] = this.device[at]!;
    this.moved += this.deviceAhead.size;
    this.deviceAhead.clear();
    this.hasHost ||= this.hasDevice;
  }
}

/** The same with the real thing, in memory of which each side has its own. */
class Subject {
  readonly host: Uint8Array;
  readonly device: Uint8Array;
  readonly contents: BufferContents;
  readonly copies = { uploads: 0, uploadedBytes: 0, downloads: 0, downloadedBytes: 0 };
  #marks: ByteRange[] = [];

  constructor() {
    const arena = new Arena(memory);
    const block = arena.allocate('test', SIZE);
    const discrete = new DiscreteMemory(arena);
    this.host = discrete.attach(block, SIZE);
    this.device = arena.u8.subarray(block.address, block.address + SIZE);
    this.device.fill(0);
    this.contents = new BufferContents({
      ...{ label: 'test', sizeBytes: SIZE, block, memory: discrete, copies: this.copies },
      takeMarks: () => this.#marks.splice(0),
    });
  }

  deviceWrite(range: ByteRange, value: number): void {
    this.device.fill(value, range.begin, range.end);
    this.#marks.push(range);
  }

  hostWrite({ begin, end }: ByteRange, value: number): string {
    return outcomeOf(() => {
      this.contents.beginHostWrite();
      this.host.fill(value, begin, end);
      this.contents.hostWrote({ begin, end });
    });
  }
}

function outcomeOf(run: () => void): string {
  try {
    run();
    return 'done';
  } catch (error) {
    expect(error).toBeInstanceOf(StudioError);
    return (error as StudioError).code;
  }
}

const range = fc
  .tuple(fc.nat(SIZE - 1), fc.integer({ min: 1, max: SIZE }))
  .map(([begin, length]) => ({ begin, end: Math.min(SIZE, begin + length) }));
const value = fc.integer({ min: 1, max: 255 });
const action = fc.oneof(
  fc.record({ kind: fc.constantFrom('hostWrite' as const, 'deviceWrite' as const), range, value }),
  fc.record({ kind: fc.constantFrom('toHost' as const, 'toDevice' as const, 'sync' as const) }),
  fc.record({ kind: fc.constant('keep' as const), side: fc.constantFrom('host' as const, 'device' as const) }),
  fc.record({ kind: fc.constant('look' as const) }),
);

describe('the contents of a buffer', () => {
  it('are on each side what the model says, with no byte copied that was not ahead', () => {
    const seen = new Set<BufferState>();
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const model = new Model();
        const subject = new Subject();
        for (const step of actions) {
          let [expected, found] = ['done', 'done'];
          if (step.kind === 'hostWrite') {
            expected = model.hostWrite(step.range, step.value);
            found = subject.hostWrite(step.range, step.value);
          } else if (step.kind === 'deviceWrite') {
            model.deviceWrite(step.range, step.value);
            subject.deviceWrite(step.range, step.value);
          } else if (step.kind === 'keep') {
            expected = model.keep(step.side);
            found = outcomeOf(() => subject.contents.keep(step.side));
          } else if (step.kind !== 'look') {
            const { kind } = step;
            expected = model[kind]();
            found = outcomeOf(() => subject.contents[kind]());
          }
          // A look takes the marks: without one, several writes of handlers are noticed together.
          if (step.kind === 'deviceWrite') continue;
          expect([step.kind, found, subject.contents.state]).toEqual([step.kind, expected, model.state]);
          seen.add(model.state);
          expect(subject.host).toEqual(model.host);
          expect(new Uint8Array(subject.device)).toEqual(model.device);
          const ahead = model.state === 'host-dirty' ? model.hostAhead : model.deviceAhead;
          const isDirty = model.state.endsWith('dirty');
          expect(bytesOf(subject.contents.dirty)).toEqual(isDirty ? [...ahead].sort((a, b) => a - b) : []);
          expect(subject.copies.uploadedBytes + subject.copies.downloadedBytes).toBe(model.moved);
        }
      }),
      { numRuns: 1500, seed: 20261127 },
    );
    expect([...seen].sort()).toEqual(Object.keys(BUFFER_MOVES).sort());
  });
});

function bytesOf(ranges: readonly ByteRange[]): number[] {
  return ranges.flatMap(({ begin, end }) => Array.from({ length: end - begin }, (_, index) => begin + index));
}

describe('the table of moves', () => {
  it('never lets one side overwrite what the other is ahead with', () => {
    const illegal: readonly (readonly [BufferState, BufferMove])[] = [
      ['device-dirty', 'host-write'],
      ['device-dirty', 'upload'],
      ['device-only', 'host-write'],
      ['device-only', 'upload'],
      ['host-dirty', 'device-write'],
      ['host-dirty', 'download'],
      ['host-only', 'device-write'],
      ['host-only', 'download'],
      ['uninitialized', 'upload'],
      ['uninitialized', 'download'],
    ];
    for (const [state, move] of illegal)
      expect([state, move, nextBufferState(state, move)]).toEqual([state, move, undefined]);
  });
});
