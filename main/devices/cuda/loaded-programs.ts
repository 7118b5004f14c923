import type { DeviceProgram } from '../../../app/device/device.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import { AddonError } from '../../../native/bindings/addon-error.ts';
import { loadProgram, type CudaProgram, type LoadedProgram } from './cuda-program.ts';
import type { Gpus } from './gpus.ts';
import { SymbolValues } from './symbol-mirror.ts';

/** The programs of a device. */
export class LoadedPrograms {
  readonly #all = new Set<LoadedProgram>();
  /** Unloaded, and released when nothing runs. */
  readonly #unloaded = new Set<CudaProgram>();

  /** On all GPUs or none. Nothing may run on them. */
  async load(image: ProgramImage, { all, first }: Gpus): Promise<LoadedProgram> {
    const values = new SymbolValues(first.context.arena, image);
    const on: CudaProgram[] = [];
    try {
      for (const gpu of all) {
        const part = await loadProgram(gpu, image, values);
        on.push(part);
        await gpu.clock.calibrate(part);
      }
    } catch (error) {
      for (const part of on) this.#unloaded.add(part);
      throw error;
    }
    const program = { image, on };
    this.#all.add(program);
    return program;
  }

  /** Nothing may run on the device. */
  async compareClocks({ all }: Gpus): Promise<void> {
    const [program] = this.#all;
    if (program === undefined) return;
    for (const { index, clock } of all) await clock.calibrate(program.on[index]!);
  }

  own(program: DeviceProgram): LoadedProgram {
    const own = [...this.#all].find((candidate) => candidate === program);
    if (own === undefined) throw new Error(`program ${program.image.info.file} is not loaded on this device`);
    return own;
  }

  unload(program: DeviceProgram): void {
    const own = this.own(program);
    this.#all.delete(own);
    for (const part of own.on) this.#unloaded.add(part);
  }

  /** Those that were unloaded. Nothing may run on the device. */
  async release({ all }: Gpus): Promise<void> {
    for (const part of this.#unloaded) {
      const { cuda, arena } = all[part.gpu]!.context;
      try {
        await cuda.release(part.module);
      } catch (error) {
        if (error instanceof AddonError && error.class === 'transient') throw error;
        // What the driver does not give back now it never does: it goes with the context.
      }
      this.#unloaded.delete(part);
      arena.free(part.report);
    }
  }
}
