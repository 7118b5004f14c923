import { performance } from 'node:perf_hooks';

import { ACTOR_LAUNCH } from '../../../app/abi/cuda-layout.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { dimTotal } from '../../../app/model/dim3.ts';
import { AddonError } from '../../../native/bindings/addon-error.ts';
import type { GridLoad, LaunchEnd, StartedLaunch } from '../../../native/bindings/cuda-native.ts';
import type { CudaContext } from './cuda-context.ts';
import { launchRefusal } from './launch-refusal.ts';
import { LeftBehind } from './left-behind.ts';
import type { Pacing } from './pacing.ts';
import type { Code, Flight, Resident } from './residents.ts';

/** How often blocks that are asked to leave are looked at, to tell who keeps the others. */
const LOOK_AGAIN_MS = 1;

interface ResidencyOptions {
  readonly context: CudaContext;
  /** Unix time in ns when the GPU's timer was 0. */
  readonly clockOriginNs: () => bigint;
  readonly pacing: Pacing;
  readonly onLanded: () => void;
  /** Somebody has left whose grid goes on: `launch` brings them back. */
  readonly onLeftBehind: () => void;
  /** A launch has ended by an error that takes the context along. */
  readonly onLost: (error: AddonError) => void;
}

export type Parked = { readonly kind: 'parked' } | { readonly kind: 'held-up'; readonly actorId: number };

/** Keeps actors on the device: launches them in grids, one for all actors of a kernel, and has them leave for a while. */
export class Residency {
  readonly #options: ResidencyOptions;
  readonly #flights = new Set<Flight>();
  /** Launches that the driver has not answered yet: their blocks may run. */
  readonly #starting = new Set<Promise<unknown>>();
  readonly #leftBehind: LeftBehind;
  #epoch = 0;

  constructor(options: ResidencyOptions) {
    this.#options = options;
    this.#leftBehind = new LeftBehind(options.onLeftBehind);
  }

  get isEmpty(): boolean {
    return this.#flights.size === 0;
  }

  /**
   * Whether all these can be on the device together, beside plain functions that run: nobody is launched who does not fit.
   *
   * @throws StudioError `DoesNotFit` with the numbers
   */
  async checkRoom(codes: readonly Code[], functions: readonly GridLoad[] = []): Promise<void> {
    const { device, launchLimit } = this.#options.context;
    const loads = await this.#loadsOf(codes);
    if (loads.length > launchLimit) {
      const most = `the driver keeps ${launchLimit.toString()} grids apart`;
      const wanted = `${loads.length.toString()} kernels (or sizes of them) are to be resident`;
      throw new StudioError('DoesNotFit', `${device.name}: ${wanted}, and ${most}.`, {
        tip: 'Set CUDA_DEVICE_MAX_CONNECTIONS=32 before the start, or use fewer kernels.',
      });
    }
    const shortage = this.#shortageOf(loads);
    if (shortage !== undefined)
      throw new StudioError('DoesNotFit', `${device.name}: ${shortage}`, {
        tip: 'Every block of every actor stays on the device: use fewer instances, or smaller blocks.',
      });
    const beside = this.#shortageOf([...loads, ...functions]);
    if (beside === undefined) return;
    const running = functions.map(({ kernel }) => kernel).join(', ');
    throw new StudioError('DoesNotFit', `${device.name}: there is no room while ${running} runs. ${beside}`, {
      tip: 'Try again when the function has ended.',
    });
  }

  /**
   * Whether a plain function can run beside others and beside all these, who come back while it runs.
   *
   * @throws StudioError `DoesNotFit` with the numbers
   */
  async checkRoomFor(wanted: GridLoad, codes: readonly Code[], functions: readonly GridLoad[]): Promise<void> {
    const loads = [...(await this.#loadsOf(codes)), ...functions];
    if (loads.length === 0) return;
    const shortage = this.#shortageOf([...loads, wanted]);
    if (shortage === undefined) return;
    throw new StudioError(
      'DoesNotFit',
      `${this.#options.context.device.name}: ${wanted.kernel} has no room. ${shortage}`,
      {
        tip: 'Actors keep their room, also while they are away: use fewer of them, or run the function when they have ended.',
      },
    );
  }

  #shortageOf(loads: readonly GridLoad[]): string | undefined {
    const { cuda, device, launchLimit } = this.#options.context;
    if (loads.length <= launchLimit) return cuda.findShortage(device.multiprocessorCount, loads);
    return `The driver keeps ${launchLimit.toString()} grids apart, and there would be ${loads.length.toString()}.`;
  }

  async #loadsOf(codes: readonly Code[]): Promise<readonly GridLoad[]> {
    const { cuda } = this.#options.context;
    const loads: GridLoad[] = [];
    for (const group of groupBy(codes, keyOf).values()) {
      const [code] = group as [Code, ...Code[]];
      const { program, kernel, size } = code;
      const { function: handle } = program.kernels.get(kernel)!;
      const of = { blockThreads: dimTotal(size.block), sharedBytes: size.sharedBytes };
      const blockCount = group.reduce((sum, code) => sum + dimTotal(code.size.grid), 0);
      const blocksPerMultiprocessor = await cuda.occupancy(handle, of).catch((error: unknown) => {
        throw this.#refusal(error, code);
      });
      if (blocksPerMultiprocessor < 1) throw this.#tooLarge(kernel, of);
      loads.push({ kernel, blockCount, blocksPerMultiprocessor });
    }
    return loads;
  }

  /**
   * Launches those of this GPU that are not in flight and have not ended; where some are refused, the others.
   *
   * @throws what the first refusal was
   */
  async launch(residents: readonly Resident[]): Promise<void> {
    this.#leftBehind.detach();
    const due = residents.filter((resident) => resident.flight === undefined && !resident.hasEnded);
    const groups = [...groupBy(due, ({ code }) => keyOf(code)).values()];
    for (const program of new Set(due.map(({ code }) => code.program))) await program.symbols.upload();
    const refusals: unknown[] = [];
    for (const group of groups) await this.#launchGroup(group).catch((error: unknown) => refusals.push(error));
    if (refusals.length > 0) throw refusals[0];
  }

  /**
   * Has the blocks of these leave. Whoever shares a grid with them leaves too. After `held-up`, and after whatever was to
   * be done, `launch` brings back all who have left, in grids of their own where the one they were in goes on.
   */
  async park(residents: readonly Resident[], timeoutMs: number): Promise<Parked> {
    const flights = [...new Set(residents.flatMap(({ flight }) => flight ?? []))].filter((one) =>
      this.#flights.has(one),
    );
    if (flights.length === 0) return { kind: 'parked' };
    const { cuda, context } = this.#options.context;
    // Not those that were launched anew meanwhile.
    const leaving = flights.flatMap((flight) => flight.residents.filter((resident) => resident.flight === flight));
    this.#epoch = (this.#epoch % 0x7fff_ffff) + 1;
    for (const resident of leaving) resident.askToPark(this.#epoch);
    cuda.expectEnd(context);
    const until = performance.now() + timeoutMs;
    const all = Promise.all(flights.map(({ ended }) => ended));
    for (;;) {
      const isOver = await Promise.race([all.then(() => true), wait(LOOK_AGAIN_MS).then(() => false)]);
      if (isOver) break;
      if (performance.now() < until) {
        cuda.expectEnd(context);
        continue;
      }
      const last = leaving.find((resident) => !resident.hasLeft);
      if (last === undefined) continue; // they have left, and their launches are about to end
      for (const resident of leaving) resident.askToPark(0);
      this.#leftBehind.watch(flights);
      return { kind: 'held-up', actorId: last.actorId };
    }
    for (const program of new Set(leaving.map(({ code }) => code.program))) await program.symbols.download();
    return { kind: 'parked' };
  }

  /** Resolves when all launches that are in flight now have ended. */
  async landed(): Promise<void> {
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#flights].map(({ ended }) => ended));
  }

  /** Resolves when the blocks of these, which have ended, have left, and launches that hold nobody else are over; or the device is lost. */
  async departed(residents: readonly Resident[], isLost: () => boolean): Promise<void> {
    while (!isLost() && residents.some((resident) => !resident.hasLeft)) await wait(LOOK_AGAIN_MS);
    if (isLost()) return;
    const flights = new Set(residents.flatMap(({ flight }) => flight ?? []));
    const empty = [...flights].filter((flight) => flight.residents.every((resident) => resident.hasLeft));
    if (empty.length > 0) this.#options.context.cuda.expectEnd(this.#options.context.context);
    await Promise.all(empty.map(({ ended }) => ended));
  }

  /** Nobody is launched any more. */
  end(): void {
    this.#leftBehind.end();
  }

  async #launchGroup(residents: readonly Resident[]): Promise<void> {
    const { context, clockOriginNs, pacing } = this.#options;
    const { cuda, arena } = context;
    const { sliceUs, idleUs } = pacing.limits;
    const { code, function: found } = residents[0]!;
    const blockCount = residents.reduce((sum, resident) => sum + resident.blockCount, 0);
    const table = arena.allocate(`actors of ${code.kernel}`, residents.length * 4);
    for (const [index, resident] of residents.entries()) {
      resident.prepare();
      resident.isStarting = true;
      arena.u32[(table.address >>> 2) + index] = resident.address;
    }
    const parameters = new Uint8Array(ACTOR_LAUNCH.sizeBytes);
    const view = new DataView(parameters.buffer);
    view.setUint32(ACTOR_LAUNCH.actors, table.address, true);
    view.setUint32(ACTOR_LAUNCH.sliceUs, sliceUs, true);
    view.setUint32(ACTOR_LAUNCH.idleUs, idleUs, true);
    view.setBigInt64(ACTOR_LAUNCH.clockOriginNs, clockOriginNs(), true);
    const starting = cuda.launch({
      function: found.function,
      grid: [blockCount, 1, 1],
      block: code.size.block,
      sharedBytes: code.size.sharedBytes,
      isResident: true,
      parameters,
      offsets: [0],
    });
    this.#starting.add(starting);
    let started: StartedLaunch;
    try {
      started = await starting;
    } catch (error) {
      arena.free(table);
      throw this.#refusal(error, code);
    } finally {
      this.#starting.delete(starting);
      for (const resident of residents) resident.isStarting = false;
    }
    if (sliceUs !== 0) cuda.expectEnd(context.context);
    const flight: Flight = {
      residents,
      leavesAtMs: sliceUs === 0 ? Infinity : performance.now() + sliceUs / 1000,
      ended: started.ended.then((end) => {
        arena.free(table);
        this.#land(flight, end);
      }),
    };
    this.#flights.add(flight);
    for (const resident of residents) resident.flight = flight;
  }

  #land(flight: Flight, end: LaunchEnd): void {
    this.#flights.delete(flight);
    this.#leftBehind.landed(flight);
    for (const resident of flight.residents) if (resident.flight === flight) resident.flight = undefined;
    if (end.kind === 'failed') this.#options.onLost(end.error);
    else this.#options.onLanded();
  }

  #refusal(error: unknown, { program, kernel, size }: Code): unknown {
    if (error instanceof AddonError && error.class === 'fatal') this.#options.onLost(error);
    return launchRefusal(error, {
      what: `kernel '${kernel}'`,
      gpu: this.#options.context.device.name,
      blockThreads: dimTotal(size.block),
      function: program.kernels.get(kernel)!,
    });
  }

  #tooLarge(kernel: string, of: { readonly blockThreads: number; readonly sharedBytes: number }): StudioError {
    const { name } = this.#options.context.device;
    const block = `${of.blockThreads.toString()} threads and ${of.sharedBytes.toString()} bytes of shared memory`;
    return new StudioError('DoesNotFit', `${name}: no multiprocessor holds a block of ${kernel} with ${block}.`, {
      tip: 'Use smaller blocks, or fewer registers or less shared memory.',
    });
  }
}

/** What needs an idle device cannot be done: a handler of this actor goes on. */
export function deviceBusy(actorId: number): StudioError {
  const who = `a handler of actor ${actorId.toString()}`;
  return new StudioError('DeviceBusy', `${who} does not return, and the GPU loads code only when it is idle.`, {
    tip: 'Try again when the handler has returned, or terminate the actor.',
  });
}

/** Actors that one grid can hold. */
function keyOf({ program, kernel, size }: Code): string {
  const { block, grid, sharedBytes } = size;
  return [program.module, kernel, ...block, ...grid, sharedBytes].join(' ');
}

function groupBy<T>(items: readonly T[], keyOfItem: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
