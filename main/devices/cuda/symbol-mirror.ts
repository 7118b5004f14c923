import { StudioError } from '../../../app/base/studio-error.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import type { FoundGlobal } from '../../../native/bindings/cuda-answers.ts';
import type { CudaContext } from './cuda-context.ts';

interface Mirrored {
  readonly global: FoundGlobal;
  readonly address: number;
  readonly sizeBytes: number;
  /** As both sides had it last. */
  readonly known: Uint8Array;
}

/**
 * The `__constant__` and `__device__` variables of a program, which the host reads and writes in the arena. What it has
 * written goes to the module before a launch, what the launch has left there comes back when it has ended.
 */
export class SymbolMirror {
  readonly #context: Pick<CudaContext, 'cuda' | 'arena' | 'memory'>;
  readonly #all: readonly Mirrored[];

  constructor(
    context: Pick<CudaContext, 'cuda' | 'arena' | 'memory'>,
    { info, symbolAddresses }: ProgramImage,
    globals: readonly FoundGlobal[],
  ) {
    this.#context = context;
    this.#all = globals.map((global, index) => {
      const { name, sizeBytes } = info.symbols[index]!;
      if (global.sizeBytes !== sizeBytes) {
        const sizes = `${sizeBytes.toString()} bytes on the CPU and ${global.sizeBytes.toString()} on CUDA`;
        throw new StudioError('InternalError', `variable '${name}' of '${info.file}' has ${sizes}.`);
      }
      return { global, address: symbolAddresses[index]!, sizeBytes, known: new Uint8Array(sizeBytes) };
    });
  }

  /** What the host has written since. */
  async upload(): Promise<void> {
    const { cuda, memory } = this.#context;
    for (const { global, address, sizeBytes, known } of this.#all) {
      const now = this.#bytes(address, sizeBytes);
      if (Buffer.compare(now, known) === 0) continue;
      known.set(now);
      await cuda.copyMemory({ memory, offset: address }, { memory: global.memory, offset: 0 }, sizeBytes);
    }
  }

  async download(): Promise<void> {
    const { cuda, memory } = this.#context;
    for (const { global, address, sizeBytes, known } of this.#all) {
      await cuda.copyMemory({ memory: global.memory, offset: 0 }, { memory, offset: address }, sizeBytes);
      known.set(this.#bytes(address, sizeBytes));
    }
  }

  #bytes(address: number, sizeBytes: number): Uint8Array {
    return this.#context.arena.u8.subarray(address, address + sizeBytes);
  }
}
