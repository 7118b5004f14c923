import { ACTOR, ACTOR_STATE, WORKER } from '../../../app/abi/arena-layout.ts';
import { ACTOR_LAUNCH, HAS_LEFT } from '../../../app/abi/cuda-layout.ts';
import type { ActorPlacement, DeviceProgram } from '../../../app/device/device.ts';
import type { GridLaunch } from '../../../app/device/grid-launch.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import { AddonError, type ErrorClass } from '../../../native/bindings/addon-error.ts';
import type { CudaNative, LaunchEnd, LaunchRequest } from '../../../native/bindings/cuda-native.ts';
import { createArena, layOutHeader } from '../arena/create-arena.ts';
import type { CudaContext } from './cuda-context.ts';
import { CudaDevice } from './cuda-device.ts';
import { Pacing } from './pacing.ts';

const ACTOR_LIMIT = 64;
/** As `time_talk` of kernels/cuda/ring_clock.h has them. */
const [ANSWERED, TIMER] = [128, 136];

interface FakeGpuOptions {
  readonly mode?: 'resident' | 'slices';
  /** Each holds one block, whatever of. */
  readonly multiprocessorCount?: number;
  readonly handlerBudgetMs?: number;
}

interface Grid {
  readonly kernel: string;
  readonly blockCount: number;
}

/**
 * A GPU and its driver, for what a test wants to happen at a certain moment. Its blocks begin, and leave when they are asked
 * to, when their slice is over or when their actor has ended; messages they leave alone. Functions run until the test ends them.
 */
export class FakeGpu {
  readonly device: CudaDevice;
  readonly arena = createArena(2 ** 25);
  /** Kernels and functions that the driver refuses to launch, and calls that it refuses. */
  readonly refused = new Map<string, AddonError>();
  /** By actor, how long its blocks take from the look at a wish to the note that they have left; Infinity: a handler runs. */
  readonly delayMs = new Map<number, number>();
  readonly launches: string[] = [];
  readonly inFlight = new Set<Grid>();
  isClosed = false;
  readonly #multiprocessorCount: number;
  readonly #names: string[] = [];
  readonly #functions = new Map<string, () => void>();
  #lastId = 0;

  constructor({ mode = 'resident', multiprocessorCount = 8, handlerBudgetMs = 60_000 }: FakeGpuOptions = {}) {
    this.#multiprocessorCount = multiprocessorCount;
    layOutHeader(this.arena, ACTOR_LIMIT);
    const device = { name: 'Fake', ordinal: 0, multiprocessorCount, computeMajor: 9, computeMinor: 0 };
    const context = { cuda: this.#driver(), arena: this.arena, device, launchLimit: 31, driverVersion: 12_080 };
    const pacing = new Pacing({ hasWatchdog: false, env: { RINGSTUDIO_CUDA_PACING: mode } });
    this.device = new CudaDevice([context as unknown as CudaContext], {
      ...{ actorLimit: ACTOR_LIMIT, unixMs: () => performance.now(), handlerBudgetMs, pacing },
    });
  }

  /** With plain functions `spin` and `other`. */
  load(...kernels: string[]): Promise<DeviceProgram> {
    return this.device.load(imageOf(kernels));
  }

  /** An actor of one block that is active. */
  actor(program: DeviceProgram, kernel: string): ActorPlacement {
    const { address } = this.arena.allocate('an actor', ACTOR.sizeBytes);
    const actorId = ++this.#lastId;
    this.arena.u32[(address + ACTOR.id) >>> 2] = actorId;
    this.arena.u32[(address + ACTOR.state) >>> 2] = ACTOR_STATE.active;
    const size = { block: [1, 1, 1], grid: [1, 1, 1], sharedBytes: 0, sharedStride: 0 } as const;
    return { actorId, address, program, kernel, gpu: 0, ...size };
  }

  /** Of the program's function with this number. */
  launch(program: DeviceProgram, entry = 0): GridLaunch {
    const size = { block: [1, 1, 1], grid: [1, 1, 1], sharedBytes: 0 } as const;
    return { program, entry, argument: 0, isCooperative: false, timeLimitMs: 60_000, ...size };
  }

  /** When it runs. */
  async endFunction(name: string): Promise<void> {
    await until(() => this.#functions.has(name));
    this.#functions.get(name)!();
  }

  isRunning(name: string): boolean {
    return [...this.inFlight].some(({ kernel }) => kernel === name);
  }

  /** Blocks of the actor on the GPU. */
  worker(actor: ActorPlacement): number {
    return this.arena.u32[(actor.address + ACTOR.worker) >>> 2]!;
  }

  #driver(): Partial<CudaNative> {
    const nothing = (): Promise<void> => Promise.resolve();
    return {
      watchWord: () => ({ figures: () => ({ looks: 0, changes: 0, pauses: 0 }), [Symbol.dispose]: () => undefined }),
      ...{ expectEnd: () => undefined, writeAddress: nothing, writeMemory: nothing, copyMemory: nothing },
      loadModule: () => this.#whenIdle('loadModule', { module: 1, log: '' } as never),
      getFunction: (_, name) =>
        this.#whenIdle('getFunction', { function: this.#names.push(name.replace('ring_run_', '')) } as never),
      getGlobal: () => this.#whenIdle('getGlobal', { memory: 1, sizeBytes: 8 } as never),
      release: () => this.#whenIdle('release', undefined),
      closeContext: async () => {
        await this.#whenIdle('closeContext', undefined);
        this.isClosed = true;
      },
      occupancy: () => Promise.resolve(1),
      findShortage: (count, grids) => {
        const blocks = grids.reduce((sum, { blockCount }) => sum + blockCount, 0);
        return blocks <= count ? undefined : `${blocks.toString()} blocks on ${count.toString()} multiprocessors.`;
      },
      launch: (request) => this.#launch(request),
    };
  }

  #whenIdle<T>(call: string, answer: T): Promise<T> {
    const refused = this.refused.get(call);
    if (refused !== undefined) return Promise.reject(refused);
    if (this.inFlight.size === 0) return Promise.resolve(answer);
    return Promise.reject(refusal('RING_RESIDENT', 'transient', { detail: `${call} beside grids in flight` }));
  }

  #launch({ function: handle, grid, parameters }: LaunchRequest): ReturnType<CudaNative['launch']> {
    const kernel = this.#names[handle - 1]!;
    const refused = this.refused.get(kernel);
    if (refused !== undefined) return Promise.reject(refused);
    const blocks = [...this.inFlight].reduce((sum, { blockCount }) => sum + blockCount, grid[0]);
    if (blocks > this.#multiprocessorCount)
      return Promise.reject(refusal('RING_DOES_NOT_FIT', 'resource', { detail: 'too many blocks' }));
    this.launches.push(kernel);
    const flight = { kernel, blockCount: grid[0] };
    this.inFlight.add(flight);
    const ended = this.#run(kernel, new DataView(parameters.slice().buffer), grid[0]).then((): LaunchEnd => {
      this.inFlight.delete(flight);
      return { kind: 'done', gpuMs: 1 };
    });
    return Promise.resolve({ launch: this.launches.length, ended });
  }

  async #run(kernel: string, parameters: DataView, blockCount: number): Promise<void> {
    if (kernel === 'ring_tell_time')
      return this.#tellTime(parameters.getUint32(0, true), parameters.getUint32(4, true));
    if (kernel === 'spin' || kernel === 'other') return this.#spin(kernel);
    const table = parameters.getUint32(ACTOR_LAUNCH.actors, true) >>> 2;
    const sliceMs = parameters.getUint32(ACTOR_LAUNCH.sliceUs, true) / 1000;
    const actors = [...this.arena.u32.subarray(table, table + blockCount)];
    await Promise.all(actors.map((address) => this.#stay(address, sliceMs)));
  }

  async #stay(address: number, sliceMs: number): Promise<void> {
    const { u32 } = this.arena;
    const at = (offset: number): number => (this.arena.u32[(address + ACTOR.worker) >>> 2]! + offset) >>> 2;
    const id = u32[(address + ACTOR.id) >>> 2]!;
    u32[at(WORKER.clock)] = 1;
    const until = performance.now() + sliceMs;
    for (;;) {
      await wait();
      const state = u32[(address + ACTOR.state) >>> 2];
      if (state === ACTOR_STATE.terminated || state === ACTOR_STATE.failed) break;
      let wish = Atomics.load(u32, at(WORKER.park));
      if (wish === 0 && sliceMs !== 0 && performance.now() > until) wish = 0xffff_fffe;
      if (wish === 0 || this.delayMs.get(id) === Infinity) continue;
      await wait(this.delayMs.get(id) ?? 0);
      Atomics.store(u32, at(WORKER.parked), wish);
      return;
    }
    Atomics.store(u32, at(WORKER.parked), HAS_LEFT);
  }

  async #tellTime(address: number, rounds: number): Promise<void> {
    const { u32 } = this.arena;
    for (let round = 1; round <= rounds; round++) {
      while (Atomics.load(u32, address >>> 2) < round) await new Promise((resolve) => setImmediate(resolve));
      u32[(address + TIMER) >>> 2] = 5;
      Atomics.store(u32, (address + ANSWERED) >>> 2, round);
    }
  }

  async #spin(name: string): Promise<void> {
    await new Promise<void>((resolve) => this.#functions.set(name, resolve));
    this.#functions.delete(name);
  }
}

/** `code`: the driver's, where it is the driver that refuses. */
export function refusal(
  name: string,
  kind: ErrorClass,
  { detail, code = null }: { readonly detail: string; readonly code?: number | null },
): AddonError {
  return new AddonError(`${name}: ${detail}`, { call: 'launch', code, name, class: kind, place: '', detail });
}

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait();
}

export function wait(ms = 1): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** With plain functions `spin` and `other`. */
export function imageOf(kernels: readonly string[]): ProgramImage {
  const functions = ['spin', 'other'];
  const info = {
    ...{ file: 'fake.cu', symbols: [], kernels: kernels.map((name) => ({ name, handlers: [] })) },
    functions: functions.map((name, entry) => ({ name, entry, parameters: [] })),
  };
  const cuda = { image: new Uint8Array(1), functions, symbols: [] };
  return { info, cuda, symbolAddresses: [] } as unknown as ProgramImage;
}
