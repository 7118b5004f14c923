import { didYouMean } from '../base/did-you-mean.ts';
import { StudioError } from '../base/studio-error.ts';
import type { ArenaBlock } from '../device/arena.ts';
import type { Device, DeviceProgram } from '../device/device.ts';
import type { KernelInfo, ProgramImage } from '../model/program.ts';
import type { Lifetime } from './lifetime.ts';
import type { TypeRegistry } from './type-registry.ts';

/** A kernel of a loaded program: what `launch` takes. */
export interface LoadedKernel {
  readonly program: DeviceProgram;
  readonly info: KernelInfo;
}

/** A loaded program. */
export interface Program {
  readonly image: ProgramImage;
  readonly kernels: readonly LoadedKernel[];
  /** @throws StudioError `KernelNotFound` */
  kernel(name: string): LoadedKernel;
}

interface LoadedProgram {
  readonly program: DeviceProgram;
  /** Where its static data lies; undefined when somebody else keeps it. */
  readonly room: ArenaBlock | undefined;
}

/** What is loaded on the device. */
export class Programs {
  readonly #device: Device;
  readonly #types: TypeRegistry;
  readonly #lifetime: Lifetime;
  readonly #loaded = new Map<Program, LoadedProgram>();

  constructor(device: Device, types: TypeRegistry, lifetime: Lifetime) {
    this.#device = device;
    this.#types = types;
    this.#lifetime = lifetime;
  }

  /** Takes `room` over: it is freed when the program is unloaded, or cannot be loaded. */
  async load(image: ProgramImage, room: ArenaBlock | undefined): Promise<Program> {
    try {
      this.#lifetime.check();
      const program = await this.#lifetime.race(this.#device.load(image));
      this.#types.add(program);
      const kernels = image.info.kernels.map((info) => ({ program, info }));
      const loaded = { image, kernels, kernel: (name: string) => findKernel(kernels, name) };
      this.#loaded.set(loaded, { program, room });
      return loaded;
    } catch (error) {
      if (room !== undefined) this.#device.arena.free(room);
      throw error;
    }
  }

  /** No actor of it is left. */
  async unload(loaded: Program): Promise<void> {
    const { program, room } = this.#find(loaded);
    this.#loaded.delete(loaded); // from now on nothing of it is launched
    this.#types.delete(program);
    await this.#lifetime.race(this.#device.unload(program));
    if (room !== undefined) this.#device.arena.free(room);
  }

  /** @throws StudioError `ProgramNotLoaded` */
  deviceProgram(loaded: Program): DeviceProgram {
    return this.#find(loaded).program;
  }

  /** Those that are loaded here, as the device knows them and as users do. */
  among(programs: ReadonlySet<DeviceProgram>): readonly (readonly [DeviceProgram, Program])[] {
    return [...this.#loaded].flatMap(([loaded, { program }]) =>
      programs.has(program) ? [[program, loaded] as const] : [],
    );
  }

  /** @throws StudioError `ProgramNotLoaded` */
  checkLoaded({ program }: LoadedKernel): void {
    if (![...this.#loaded.values()].some((entry) => entry.program === program)) throw notLoaded(program.image);
  }

  #find(loaded: Program): LoadedProgram {
    const entry = this.#loaded.get(loaded);
    if (entry === undefined) throw notLoaded(loaded.image);
    return entry;
  }
}

function notLoaded({ info }: ProgramImage): StudioError {
  return new StudioError('ProgramNotLoaded', `program '${info.file}' is not loaded here.`, { tip: 'Load it again.' });
}

function findKernel(kernels: readonly LoadedKernel[], name: string): LoadedKernel {
  const found = kernels.find(({ info }) => info.name === name);
  if (found !== undefined) return found;
  const names = kernels.map(({ info }) => info.name);
  const hint = didYouMean(name, names);
  const list = names.length === 0 ? 'No kernel is loaded.' : `Loaded: ${names.join(', ')}.`;
  throw new StudioError('KernelNotFound', `kernel '${name}' is not loaded.`, {
    tip: hint === undefined ? list : `${list} ${hint}`,
  });
}
