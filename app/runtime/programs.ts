import { didYouMean } from '../base/did-you-mean.ts';
import { StudioError } from '../base/studio-error.ts';
import type { ArenaBlock } from '../device/arena.ts';
import type { Device, DeviceProgram } from '../device/device.ts';
import type { KernelInfo, ProgramImage } from '../model/program.ts';
import { DeviceFunction } from './functions/device-function.ts';
import { DeviceSymbol } from './functions/device-symbol.ts';
import type { Functions } from './functions/functions.ts';
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
  readonly functions: readonly DeviceFunction[];
  /** A `__global__` function: `reduce0`, `reduce<float, 256>`. @throws StudioError `FunctionNotFound` */
  function(name: string): DeviceFunction;
  readonly symbols: readonly DeviceSymbol[];
  /** A `__constant__` or `__device__` variable. @throws StudioError `SymbolNotFound` */
  symbol(name: string): DeviceSymbol;
}

interface LoadedProgram {
  readonly program: DeviceProgram;
  /** Where its static data lies; undefined when somebody else keeps it. */
  readonly room: ArenaBlock | undefined;
}

interface ProgramsInit {
  readonly device: Device;
  readonly types: TypeRegistry;
  readonly lifetime: Lifetime;
  readonly functions: Functions;
}

/** What is loaded on the device. */
export class Programs {
  readonly #device: Device;
  readonly #types: TypeRegistry;
  readonly #lifetime: Lifetime;
  readonly #functions: Functions;
  readonly #loaded = new Map<Program, LoadedProgram>();

  constructor({ device, types, lifetime, functions }: ProgramsInit) {
    this.#device = device;
    this.#functions = functions;
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
      const loaded = {
        image,
        kernels,
        kernel: (name: string) => findKernel(kernels, name),
        ...this.#plainParts(program, () => this.#find(loaded)),
      };
      this.#loaded.set(loaded, { program, room });
      return loaded;
    } catch (error) {
      if (room !== undefined) this.#device.arena.free(room);
      throw error;
    }
  }

  /** No actor of it is left. @throws StudioError `ProgramInUse` while a function of it runs */
  async unload(loaded: Program): Promise<void> {
    const { program, room } = this.#find(loaded);
    if (this.#functions.isRunning(program)) {
      const message = `a function of program '${loaded.image.info.file}' is running.`;
      throw new StudioError('ProgramInUse', message, { tip: 'Await its launch first.' });
    }
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

  #plainParts(
    program: DeviceProgram,
    check: () => void,
  ): Pick<Program, 'functions' | 'function' | 'symbols' | 'symbol'> {
    const { arena } = this.#device;
    const { info: programInfo, symbolAddresses } = program.image;
    const functions = programInfo.functions.map(
      (info) => new DeviceFunction({ program, info }, { functions: this.#functions, check }),
    );
    const symbols = programInfo.symbols.map(
      (info, index) => new DeviceSymbol(info, { arena, address: symbolAddresses[index]!, check }),
    );
    return {
      functions,
      function: (name) => findNamed(functions, name, { what: 'function', code: 'FunctionNotFound' }),
      symbols,
      symbol: (name) => findNamed(symbols, name, { what: 'symbol', code: 'SymbolNotFound' }),
    };
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

/** Spaces beside brackets, commas and stars do not count. */
function findNamed<T extends { readonly info: { readonly name: string } }>(
  all: readonly T[],
  name: string,
  { what, code }: { readonly what: 'function' | 'symbol'; readonly code: string },
): T {
  const found = all.find(({ info }) => plain(info.name) === plain(name));
  if (found !== undefined) return found;
  const names = all.map(({ info }) => info.name);
  const hint = didYouMean(name, names);
  const list = names.length === 0 ? `The program has no ${what}s.` : `There are: ${names.join(', ')}.`;
  throw new StudioError(code, `there is no ${what} '${name}'.`, { tip: hint === undefined ? list : `${list} ${hint}` });
}

function plain(name: string): string {
  return name.replace(/\s*([<>,*()])\s*/g, '$1').trim();
}
