import type { Arena } from '../device/arena.ts';
import { placeIn, type GridFault, type GridLaunch, type GridOutcome } from '../device/grid-launch.ts';
import type { ThreadPlace } from '../device/thread-place.ts';
import { dimTotal, type Dim3 } from '../model/dim3.ts';
import { decodeJson } from '../model/codec/json-decode.ts';
import type { FunctionInfo } from '../model/program.ts';
import { infoOf } from '../runtime/buffers/element-type.ts';
import { parameterStruct } from '../runtime/functions/launch-arguments.ts';
import { FakeFault } from './fake-fault.ts';

interface Uint3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** What a function in C++ has besides its parameters. */
export interface FakeThread {
  readonly threadIdx: Uint3;
  readonly blockIdx: Uint3;
  readonly blockDim: Uint3;
  readonly gridDim: Uint3;
  /** The program's variable of that name, as numbers. */
  symbol(name: string): Float32Array | Int32Array;
  print(text: string): void;
}

/**
 * Parameters by their names; pointers are typed arrays from there on to the end of memory. A thread that gives `again` has
 * not ended: its block is run again in the next step.
 */
// Functions have whatever parameters they have.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type FakeFunction = (parameters: any, thread: FakeThread) => unknown;

/** A typed array's class, over memory that threads share. */
type OverArena = new (buffer: ArrayBufferLike, byteOffset: number, length?: number) => object;

interface Surroundings {
  readonly arena: Arena;
  readonly unixMs: () => number;
  readonly end: (outcome: GridOutcome) => void;
  readonly print: (text: string, place?: ThreadPlace) => void;
}

/** A launch on the fake device. One step runs one block. */
export class FakeGrid {
  readonly #launch: GridLaunch;
  readonly #info: FunctionInfo;
  readonly #run: FakeFunction;
  readonly #surroundings: Surroundings;
  readonly #parameters: Readonly<Record<string, unknown>>;
  readonly #beganMs: number;
  readonly #onAbort = (): void => {
    this.#end({ kind: 'cancelled' });
  };
  #next = 0;
  #isOver = false;

  constructor(launch: GridLaunch, run: FakeFunction, surroundings: Surroundings) {
    const info = launch.program.image.info.functions.find(({ entry }) => entry === launch.entry);
    if (info === undefined) throw new Error(`no function has the entry ${launch.entry.toString()}`);
    this.#launch = launch;
    this.#info = info;
    this.#run = run;
    this.#surroundings = surroundings;
    this.#parameters = this.#read();
    this.#beganMs = surroundings.unixMs();
    launch.signal?.addEventListener('abort', this.#onAbort);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  step(): void {
    const { grid, timeLimitMs } = this.#launch;
    const tookMs = this.#surroundings.unixMs() - this.#beganMs;
    if (tookMs > timeLimitMs) {
      this.#fail({ cause: 'runaway', detail: `longer than ${timeLimitMs.toString()} ms` });
      return;
    }
    if (!this.#runBlock(placeIn(grid, this.#next))) return;
    if (++this.#next === dimTotal(grid)) this.#end({ kind: 'done', durationMs: tookMs });
  }

  cancel(): void {
    this.#end({ kind: 'cancelled' });
  }

  /** True when all of its threads have ended. */
  #runBlock(blockIdx: Dim3): boolean {
    const { block, grid } = this.#launch;
    const isAlone = dimTotal(grid) * dimTotal(block) === 1;
    for (let index = 0; index < dimTotal(block); index++) {
      const threadIdx = placeIn(block, index);
      const thread = {
        ...{ threadIdx: uint3(threadIdx), blockIdx: uint3(blockIdx), blockDim: uint3(block), gridDim: uint3(grid) },
        symbol: (name: string) => this.#symbol(name),
        print: (text: string) => {
          this.#surroundings.print(text, isAlone ? undefined : { block: this.#next, thread: index });
        },
      };
      try {
        if (this.#run(this.#parameters, thread) === 'again') return false;
      } catch (error) {
        if (!(error instanceof FakeFault)) throw error;
        this.#fail({ cause: error.cause, detail: error.message, block: blockIdx, thread: threadIdx });
        return false;
      }
    }
    return true;
  }

  #read(): Readonly<Record<string, unknown>> {
    const { arena } = this.#surroundings;
    const values = decodeJson(parameterStruct(this.#info), arena.u8, this.#launch.argument) as Record<string, unknown>;
    const pointers = this.#info.parameters.flatMap(({ name, type }) => {
      if (type.kind !== 'pointer' || type.element === undefined) return [];
      const Elements = infoOf(type.element).makeArray as OverArena;
      const address = values[name] as number;
      return [[name, address === 0 ? null : new Elements(arena.memory.buffer, address)]];
    });
    return { ...values, ...(Object.fromEntries(pointers) as Record<string, unknown>) };
  }

  #symbol(name: string): Float32Array | Int32Array {
    const { image } = this.#launch.program;
    const index = image.info.symbols.findIndex((symbol) => symbol.name === name);
    const { type, sizeBytes } = image.info.symbols[index]!;
    const element = type.kind === 'array' ? type.element : type;
    const isFloat = element.kind === 'scalar' && element.scalar === 'f32';
    const { buffer } = this.#surroundings.arena.memory;
    const Elements = (isFloat ? Float32Array : Int32Array) as OverArena;
    return new Elements(buffer, image.symbolAddresses[index]!, sizeBytes / 4) as Float32Array | Int32Array;
  }

  #fail(fault: Omit<GridFault, 'location'>): void {
    this.#end({ kind: 'failed', fault: { ...fault, location: Promise.resolve(undefined) } });
  }

  #end(outcome: GridOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#launch.signal?.removeEventListener('abort', this.#onAbort);
    this.#surroundings.end(outcome);
  }
}

function uint3([x, y, z]: Dim3): Uint3 {
  return { x, y, z };
}
