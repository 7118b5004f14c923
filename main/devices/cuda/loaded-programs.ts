import type { DeviceProgram } from '../../../app/device/device.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import { loadProgram, type CudaProgram, type LoadedProgram } from './cuda-program.ts';
import type { Gpus } from './gpus.ts';
import { SymbolValues } from './symbol-mirror.ts';

/** The programs of a device. */
export class LoadedPrograms {
  readonly #all = new Set<LoadedProgram>();
  /** Unloaded, and released when nothing runs. */
  #unloaded: CudaProgram[] = [];

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
      this.#unloaded.push(...on);
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
    this.#unloaded.push(...own.on);
  }

  /** Those that were unloaded. Nothing may run on the device. */
  async release({ all }: Gpus): Promise<void> {
    for (const { gpu, module, report } of this.#unloaded.splice(0)) {
      const { cuda, arena } = all[gpu]!.context;
      await cuda.release(module);
      arena.free(report);
    }
  }
}
