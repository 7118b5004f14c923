import { StudioError } from '../../../app/base/studio-error.ts';
import type { ArenaBlock } from '../../../app/device/arena.ts';
import type { DeviceProgram } from '../../../app/device/device-program.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import { AddonError } from '../../../native/bindings/addon-error.ts';
import type { FoundFunction, FoundGlobal, ModuleHandle } from '../../../native/bindings/cuda-answers.ts';
import type { CudaContext } from './cuda-context.ts';
import { PrintReader } from './prints.ts';
import { allocateReport } from './reports.ts';
import { SymbolMirror, type SymbolValues } from './symbol-mirror.ts';

/** A program whose module is loaded into the context of one GPU. */
export interface CudaProgram {
  readonly image: ProgramImage;
  /** Index among the device's GPUs. */
  readonly gpu: number;
  readonly module: ModuleHandle;
  /** By the kernels' names. */
  readonly kernels: ReadonlyMap<string, FoundFunction>;
  /** In the order of `info.functions`. */
  readonly functions: readonly FoundFunction[];
  /** Of `ring_tell_time`: calibrates the clock. */
  readonly timer: FoundFunction;
  /** What plain functions say: why one failed, what they print. */
  readonly report: ArenaBlock;
  readonly prints: PrintReader;
  readonly symbols: SymbolMirror;
}

/** A program, loaded on each of the device's GPUs. */
export interface LoadedProgram extends DeviceProgram {
  readonly on: readonly CudaProgram[];
}

/**
 * Loads a module and looks up everything that will ever be launched of it: both are housekeeping, so nothing may run.
 *
 * @throws StudioError `NoCudaCode`, `ModuleRefused`, `DeviceBusy`
 */
export async function loadProgram(
  { index: gpu, context }: { readonly index: number; readonly context: CudaContext },
  image: ProgramImage,
  known: SymbolValues,
): Promise<CudaProgram> {
  const { cuda, context: handle, arena, memory } = context;
  const { info, cuda: code } = image;
  if (code === undefined) {
    throw new StudioError('NoCudaCode', `program '${info.file}' was compiled for the CPU device only.`, {
      tip: 'Compile it for CUDA, which needs NVRTC: `ringstudio doctor` says what is there.',
    });
  }
  const { module } = await refusedAs(info.file, () => cuda.loadModule(handle, code.image));
  const report = allocateReport(arena, `report of '${info.file}'`);
  try {
    return await refusedAs(info.file, async () => {
      const base = await cuda.getGlobal(module, 'ring_arena_base');
      await cuda.writeAddress({ memory: base.memory, offset: 0 }, { memory, offset: 0 });
      const kernels = new Map<string, FoundFunction>();
      for (const { name } of info.kernels) kernels.set(name, await cuda.getFunction(module, `ring_run_${name}`));
      const functions: FoundFunction[] = [];
      for (const name of code.functions) functions.push(await cuda.getFunction(module, name));
      const globals: FoundGlobal[] = [];
      for (const name of code.symbols) globals.push(await cuda.getGlobal(module, name));
      const symbols = new SymbolMirror({ cuda, memory }, known, { gpu, globals });
      await symbols.download();
      const timer = await cuda.getFunction(module, 'ring_tell_time');
      const fault = await cuda.getGlobal(module, 'ring_launch_fault');
      await cuda.writeMemory(
        { memory: fault.memory, offset: 0 },
        new Uint8Array(Uint32Array.of(report.address).buffer),
      );
      const prints = new PrintReader(arena.memory.buffer, report.address);
      return { image, gpu, module, kernels, functions, timer, report, prints, symbols };
    });
  } catch (error) {
    arena.free(report);
    await cuda.release(module).catch(() => undefined); // the first error says more
    throw error;
  }
}

async function refusedAs<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AddonError) || error.class === 'fatal') throw error;
    if (error.class === 'transient')
      throw new StudioError('DeviceBusy', `the driver cannot load the module of '${file}' now: ${error.message}`, {
        tip: 'Try again in a moment.',
        cause: error,
      });
    throw new StudioError('ModuleRefused', `the driver refused the module of '${file}': ${error.message}`, {
      tip: error.detail,
      cause: error,
    });
  }
}
