import type { DeviceProgram } from '../../../app/device/device.ts';
import type { CudaContext } from './cuda-context.ts';
import type { CudaProgram } from './cuda-program.ts';

/** The programs of a device. */
export class LoadedPrograms {
  readonly #all = new Set<CudaProgram>();
  /** Unloaded, and released when nothing runs. */
  #unloaded: CudaProgram[] = [];

  add(program: CudaProgram): void {
    this.#all.add(program);
  }

  own(program: DeviceProgram): CudaProgram {
    const own = [...this.#all].find((candidate) => candidate === program);
    if (own === undefined) throw new Error(`program ${program.image.info.file} is not loaded on this device`);
    return own;
  }

  unload(program: DeviceProgram): void {
    const own = this.own(program);
    this.#all.delete(own);
    this.#unloaded.push(own);
  }

  /** Those that were unloaded. Nothing may run on the device. */
  async release({ cuda, arena }: CudaContext): Promise<void> {
    for (const { module, report } of this.#unloaded.splice(0)) {
      await cuda.release(module);
      arena.free(report);
    }
  }
}
