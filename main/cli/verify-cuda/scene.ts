import { join } from 'node:path';

import type { ArenaBlock } from '../../../app/device/arena.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { LaunchOptions } from '../../../app/runtime/launch.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { createRuntime, type CreateRuntimeOptions, type StudioRuntime } from '../../host/create-runtime.ts';
import { CheckFailed, CheckSkipped, type Figure } from './outcome.ts';

export interface SceneInit {
  readonly gpu: number;
  /** Another one that is there. */
  readonly secondGpu?: number | undefined;
  /** Few rounds: shows that all goes together, and no more. */
  readonly isQuick: boolean;
  readonly compiler: Compiler;
  /** The package's folder. */
  readonly root: string;
}

/** How long nothing may move that ought to. */
const STALL_MS = 10_000;

/** What one check works at: runtimes of its own, and a place for what it measures. */
export class Scene implements AsyncDisposable {
  readonly root: string;
  readonly isQuick: boolean;
  readonly figures: Figure[] = [];
  readonly #init: SceneInit;
  readonly #opened: StudioRuntime[] = [];

  constructor(init: SceneInit) {
    this.#init = init;
    this.root = init.root;
    this.isQuick = init.isQuick;
  }

  /** Nothing more runs in this process: what is to come needs another one. */
  get isDeviceLost(): boolean {
    return this.#opened.some(({ device }) => device.lost !== undefined);
  }

  /** How much to do. */
  amount(full: number, quick: number): number {
    return this.isQuick ? quick : full;
  }

  /** On the GPU. */
  open(options: Omit<CreateRuntimeOptions, 'device' | 'gpu' | 'compiler'> = {}): Promise<StudioRuntime> {
    return this.#create({ ...options, device: 'cuda', gpu: this.#init.gpu });
  }

  /**
   * On the GPU and a second one.
   *
   * @throws CheckSkipped where there is none
   */
  openSeveral(): Promise<StudioRuntime> {
    const { gpu, secondGpu } = this.#init;
    if (secondGpu === undefined) throw new CheckSkipped('there is one GPU');
    return this.#create({ device: 'cuda', gpu: [gpu, secondGpu] });
  }

  /** What the GPU is compared with. */
  openCpu(): Promise<StudioRuntime> {
    return this.#create({ device: 'cpu' });
  }

  /** Compiles and loads kernels/verify/<name>.cu. */
  program(runtime: StudioRuntime, name: string): Promise<Program> {
    return runtime.compile(join(this.root, 'kernels', 'verify', `${name}.cu`));
  }

  measure(name: string, value: number, unit: string): void {
    this.figures.push({ name, value, unit });
  }

  /** Quickest, median, 99th percentile and slowest of times in ms, told in `unit`. */
  measureTimes(name: string, timesMs: readonly number[], unit: 'µs' | 'ms'): void {
    const sorted = timesMs.toSorted((a, b) => a - b);
    const scale = unit === 'µs' ? 1000 : 1;
    const at = (share: number): number =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN) * scale;
    for (const [label, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
      ['max', 1],
    ] as const)
      this.measure(`${name} ${label}`, at(share), unit);
  }

  /** @throws CheckFailed */
  require(condition: boolean, otherwise: string): asserts condition {
    if (!condition) throw new CheckFailed(otherwise);
  }

  /** @throws CheckFailed */
  requireEqual(found: unknown, wanted: unknown, what: string): void {
    const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (left !== right) throw new CheckFailed(`${what}: ${left}, and not ${right}`);
  }

  /** @throws CheckFailed when `isDone` stays false while `progress` stays the same */
  async until(isDone: () => boolean, what: string, progress: () => number = () => 0): Promise<void> {
    let [seen, since] = [progress(), performance.now()];
    while (!isDone()) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const now = progress();
      if (now !== seen) [seen, since] = [now, performance.now()];
      if (performance.now() - since > STALL_MS)
        throw new CheckFailed(`for ${STALL_MS / 1000} s nothing has moved while ${what} was waited for`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const runtime of this.#opened.reverse()) await runtime[Symbol.asyncDispose]();
  }

  async #create(options: CreateRuntimeOptions): Promise<StudioRuntime> {
    const runtime = await createRuntime({ ...options, compiler: this.#init.compiler });
    this.#opened.push(runtime);
    return runtime;
  }
}

export async function activate(
  runtime: StudioRuntime,
  program: Program,
  { kernel, ...options }: LaunchOptions & { readonly kernel: string },
): Promise<Actor> {
  const actor = await runtime.launch(program.kernel(kernel), options);
  await actor.activate();
  return actor;
}

/** Zeroed memory that the GPU sees, for as long as its block is in scope. */
export function arenaBlock(
  { device: { arena } }: StudioRuntime,
  owner: string,
  bytes: number,
): ArenaBlock & Disposable {
  const block = arena.allocate(owner, bytes);
  const free = (): void => {
    arena.free(block);
  };
  return { ...block, [Symbol.dispose]: free };
}

/** How long it took, in ms. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
