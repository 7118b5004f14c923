import type { ArenaBlock } from '../../device/arena.ts';
import type { Device, DeviceKind, DeviceProgram } from '../../device/device.ts';
import type { GridLaunch, GridOutcome } from '../../device/grid-launch.ts';
import type { ThreadPlace } from '../../device/thread-place.ts';
import { dimTotal } from '../../model/dim3.ts';
import type { FunctionInfo } from '../../model/program.ts';
import type { BufferLoan, Buffers } from '../buffers/buffers.ts';
import { Event, type OnListenerError } from '../event.ts';
import type { Lifetime } from '../lifetime.ts';
import type { PrintedText } from '../printed-text.ts';
import { chooseDevice } from './choose-device.ts';
import { checkArguments, type CheckedArguments, type LaunchArgument } from './launch-arguments.ts';
import { LaunchFailure } from './launch-failure.ts';
import { launchShape, type Dimensions } from './launch-shape.ts';

export interface FunctionLaunchOptions {
  /** Blocks: a number, `[x, y, z]` or `{ x, y, z }`. */
  readonly grid: Dimensions;
  /** Threads of a block. */
  readonly block: Dimensions;
  /** Bytes of `extern __shared__` memory of each block. Default 0. */
  readonly sharedBytes?: number;
  /** All blocks are under way together, so that they can wait for each other. Default false. */
  readonly cooperative?: boolean;
  /** Wall time of the whole launch. Default 2,000. */
  readonly timeLimitMs?: number;
  readonly signal?: AbortSignal;
  /** Default: the best one that the runtime has. One that it has not is an error. */
  readonly device?: DeviceKind;
  /** Gets what its threads print, and which of them where there is more than one. Default: `runtime.onDidPrint` is fired with the function's name. */
  readonly onPrint?: (text: string, place?: ThreadPlace) => void;
}

export interface LaunchFigures {
  /** From the beginning of the first block to the end of the last one, by the device's clock. */
  readonly durationMs: number;
  readonly blocks: number;
  readonly threads: number;
  /** Where it ran. */
  readonly device: DeviceKind;
}

interface FunctionsInit {
  readonly device: Device;
  readonly buffers: Buffers;
  readonly lifetime: Lifetime;
  readonly onPrinted: (printed: PrintedText) => void;
  readonly onListenerError?: OnListenerError | undefined;
}

/** Launches plain functions, and knows which programs they run from. */
export class Functions {
  readonly #init: FunctionsInit;
  readonly #running = new Map<DeviceProgram, number>();

  constructor(init: FunctionsInit) {
    this.#init = init;
  }

  isRunning(program: DeviceProgram): boolean {
    return this.#running.has(program);
  }

  /** @throws StudioError as `DeviceFunction.launch` */
  async launch(
    { program, info }: { readonly program: DeviceProgram; readonly info: FunctionInfo },
    options: FunctionLaunchOptions,
    args: readonly LaunchArgument[],
  ): Promise<LaunchFigures> {
    const { device, lifetime, onPrinted, onListenerError } = this.#init;
    lifetime.check();
    const printed = new Event<PrintedText>(onListenerError);
    const { signal, cooperative = false, onPrint } = options;
    printed.on(onPrint === undefined ? onPrinted : ({ text, place }) => onPrint(text, place));
    const shape = launchShape(info.name, options, program.image);
    const kind = chooseDevice(options.device, [device.kind]);
    const checked = checkArguments(info, args);
    signal?.throwIfAborted();
    const outcome = await this.#run(info, checked, {
      ...shape,
      program,
      entry: info.entry,
      isCooperative: cooperative,
      signal,
      onPrinted: (text, place) => printed.fire({ actor: info.name, text, ...(place && { place }) }),
    });
    if (outcome.kind === 'done') {
      const blocks = dimTotal(shape.grid);
      return { durationMs: outcome.durationMs, blocks, threads: blocks * dimTotal(shape.block), device: kind };
    }
    if (outcome.kind === 'failed') {
      const { location, ...fault } = outcome.fault;
      throw new LaunchFailure(info.name, fault, await location);
    }
    signal?.throwIfAborted();
    lifetime.check();
    throw new Error(`the device cancelled '${info.name}' by itself`);
  }

  /** Buffers are kept from being used again, and the program from being unloaded, until no thread of it runs. */
  async #run(
    info: FunctionInfo,
    { buffers, bytes }: CheckedArguments,
    launch: Omit<GridLaunch, 'argument'>,
  ): Promise<GridOutcome> {
    const { device, lifetime } = this.#init;
    const loans: BufferLoan[] = [];
    let block: ArenaBlock | undefined;
    const giveBack = (): void => {
      for (const loan of loans) loan[Symbol.dispose]();
      if (block !== undefined && !lifetime.isOver) device.arena.free(block);
      this.#count(launch.program, -1);
    };
    this.#count(launch.program, 1);
    try {
      block = device.arena.allocate(`arguments of '${info.name}'`, Math.max(bytes.length, 1));
      const view = new DataView(bytes.buffer);
      for (const [index, passed] of buffers.entries()) {
        if (passed === undefined) continue;
        const loan = this.#init.buffers.lend(passed.buffer, { isWritten: passed.isWritten });
        loans.push(loan);
        view.setUint32(info.parameters[index]!.offset, loan.address, true);
      }
      device.arena.u8.set(bytes, block.address);
    } catch (error) {
      giveBack();
      throw error;
    }
    const running = device.runGrid({ ...launch, argument: block.address }).finally(giveBack);
    running.catch(() => undefined); // whoever waits for it by then is told by the lifetime
    return lifetime.race(running);
  }

  #count(program: DeviceProgram, change: 1 | -1): void {
    const count = (this.#running.get(program) ?? 0) + change;
    if (count === 0) this.#running.delete(program);
    else this.#running.set(program, count);
  }
}
