import type { DeviceProgram } from '../../device/device.ts';
import type { FunctionInfo } from '../../model/program.ts';
import type { FunctionLaunchOptions, Functions, LaunchFigures } from './functions.ts';
import type { LaunchArgument } from './launch-arguments.ts';

/** A `__global__` function of a loaded program. */
export class DeviceFunction {
  readonly info: FunctionInfo;
  readonly #program: DeviceProgram;
  readonly #functions: Functions;
  readonly #check: () => void;

  /** `check` throws when the program is loaded no more. */
  constructor(
    { program, info }: { readonly program: DeviceProgram; readonly info: FunctionInfo },
    { functions, check }: { readonly functions: Functions; readonly check: () => void },
  ) {
    this.info = info;
    this.#program = program;
    this.#functions = functions;
    this.#check = check;
  }

  get name(): string {
    return this.info.name;
  }

  /**
   * Runs it over a grid, and resolves when all threads have ended: what they wrote is in the buffers. Launches that are
   * not awaited run beside each other, in no order.
   *
   * @throws StudioError `InvalidLaunch`, `InvalidArgument`, `DeviceNotAvailable`, `OutOfMemory`, `BufferReleased`,
   *   `ProgramNotLoaded`, `RuntimeDisposed`
   * @throws LaunchFailure when a thread fails or the time is over
   * @throws the signal's reason when it is aborted
   */
  async launch(options: FunctionLaunchOptions, ...args: readonly LaunchArgument[]): Promise<LaunchFigures> {
    this.#check();
    return this.#functions.launch({ program: this.#program, info: this.info }, options, args);
  }
}
