import type { Arena } from '../../../app/device/arena.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import type { FoundGlobal } from '../../../native/bindings/cuda-answers.ts';
import type { CudaContext } from './cuda-context.ts';

interface Value {
  readonly name: string;
  readonly address: number;
  /** As the host has it, as far as it has been looked at. */
  readonly known: Uint8Array;
  /** How often the host has changed it. */
  version: number;
}

/** The `__constant__` and `__device__` variables of a program, as the host reads and writes them in the arena. */
export class SymbolValues {
  readonly file: string;
  readonly all: readonly Value[];
  readonly #arena: Arena;

  constructor(arena: Arena, { info, symbolAddresses }: ProgramImage) {
    this.file = info.file;
    this.#arena = arena;
    this.all = info.symbols.map(({ name, sizeBytes }, index) => {
      return { name, address: symbolAddresses[index]!, known: new Uint8Array(sizeBytes), version: 0 };
    });
  }

  /** Notices what the host has written since. */
  look(): void {
    for (const value of this.all) {
      const now = this.#bytesOf(value);
      if (Buffer.compare(now, value.known) === 0) continue;
      value.known.set(now);
      value.version++;
    }
  }

  /** A GPU has written it there. */
  noteRead(value: Value): void {
    value.known.set(this.#bytesOf(value));
  }

  #bytesOf({ address, known }: Value): Uint8Array {
    return this.#arena.u8.subarray(address, address + known.length);
  }
}

interface SymbolContext extends Pick<CudaContext, 'memory'> {
  readonly cuda: Pick<CudaContext['cuda'], 'copyMemory'>;
}

interface Place {
  /** Index among the device's GPUs. */
  readonly gpu: number;
  /** In the order of the values. */
  readonly globals: readonly FoundGlobal[];
}

/**
 * These variables in the module of one GPU. What the host has written goes there before a launch. What launches of the
 * first GPU have left there comes back; the others keep their own.
 */
export class SymbolMirror {
  readonly #context: SymbolContext;
  readonly #values: SymbolValues;
  readonly #isFirst: boolean;
  readonly #globals: readonly FoundGlobal[];
  /** Of each the version that is there. */
  readonly #versions: number[];

  /** @throws StudioError `InternalError` */
  constructor(context: SymbolContext, values: SymbolValues, { gpu, globals }: Place) {
    this.#context = context;
    this.#values = values;
    this.#isFirst = gpu === 0;
    this.#globals = globals;
    this.#versions = values.all.map(() => 0);
    for (const [index, { name, known }] of values.all.entries()) {
      const { sizeBytes } = globals[index]!;
      if (sizeBytes === known.length) continue;
      const sizes = `${known.length.toString()} bytes on the CPU and ${sizeBytes.toString()} on CUDA`;
      throw new StudioError('InternalError', `variable '${name}' of '${values.file}' has ${sizes}.`);
    }
  }

  /** What the host has written since. */
  async upload(): Promise<void> {
    const { cuda, memory } = this.#context;
    this.#values.look();
    for (const [index, { address, known, version }] of this.#values.all.entries()) {
      if (this.#versions[index] === version) continue;
      const { memory: to } = this.#globals[index]!;
      await cuda.copyMemory({ memory, offset: address }, { memory: to, offset: 0 }, known.length);
      this.#versions[index] = version; // after a copy that failed it is tried again
    }
  }

  /** What launches have left there, but for variables that the host has written since: these are still to go there. */
  async download(): Promise<void> {
    if (!this.#isFirst) return;
    const { cuda, memory } = this.#context;
    for (const [index, value] of this.#values.all.entries()) {
      this.#values.look();
      if (this.#versions[index] !== value.version) continue;
      const { memory: from } = this.#globals[index]!;
      await cuda.copyMemory({ memory: from, offset: 0 }, { memory, offset: value.address }, value.known.length);
      this.#values.noteRead(value);
    }
  }
}
