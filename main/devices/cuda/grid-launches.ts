import { performance } from 'node:perf_hooks';

import { placeIn, type GridFault, type GridLaunch, type GridOutcome } from '../../../app/device/grid-launch.ts';
import { dimTotal } from '../../../app/model/dim3.ts';
import { isParallel } from '../../../app/model/launch-size.ts';
import { alignOf } from '../../../app/model/layout.ts';
import type { FunctionInfo } from '../../../app/model/program.ts';
import { AddonError } from '../../../native/bindings/addon-error.ts';
import type { AddressParameter, GridLoad, LaunchEnd, StartedLaunch } from '../../../native/bindings/cuda-native.ts';
import type { ExplainedFault } from './context-loss.ts';
import type { CudaContext } from './cuda-context.ts';
import type { CudaProgram } from './cuda-program.ts';
import { launchRefusal } from './launch-refusal.ts';
import { passPrints, reportedFault } from './reports.ts';

/** A pointer for a GPU. */
const POINTER_BYTES = 8;

/** How often what a launch prints is taken while it runs. */
const PRINTS_MS = 20;
/** How long the addon needs, looking often, to see that a launch has ended. */
const ENDS_SEEN_MS = 5;

interface GridLaunchesOptions {
  readonly context: CudaContext;
  /** Has `work` done when nothing else moves what is on the GPU; undefined when the device has been closed. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  /** @throws StudioError `DoesNotFit` where there is no room beside actors and other functions */
  readonly checkRoom: (load: GridLoad) => Promise<void>;
  /** One has ended: there is more room. */
  readonly onEnded: () => void;
  /** The launch has run for longer than it may, and nothing ends it: the device is lost. */
  readonly onOverdue: (detail: string) => void;
  /** Why a launch that took the context along failed. */
  readonly explain: (error: AddonError) => ExplainedFault;
}

interface Started {
  readonly launch: GridLaunch;
  readonly program: CudaProgram;
  /** Of the function, in the program. */
  readonly index: number;
}

/** Launches of plain functions, beside whatever is resident. */
export class GridLaunches {
  readonly #options: GridLaunchesOptions;
  readonly #running = new Set<Promise<unknown>>();
  /** Of each program the launch that comes last: its report holds what one launch says. */
  readonly #last = new Map<CudaProgram, Promise<unknown>>();
  /** On the GPU now. */
  readonly #loads = new Set<GridLoad>();
  /** Work that no function may run beside. */
  readonly #exclusive = new Set<Promise<unknown>>();
  #waiting = 0;

  constructor(options: GridLaunchesOptions) {
    this.#options = options;
  }

  /** None is under way or asked for. */
  get isEmpty(): boolean {
    return this.#running.size === 0 && this.#waiting === 0;
  }

  /** What they take of the GPU. */
  get loads(): readonly GridLoad[] {
    return [...this.#loads];
  }

  async run(launch: GridLaunch, program: CudaProgram): Promise<GridOutcome> {
    this.#waiting += 1;
    while (this.#exclusive.size > 0) await Promise.allSettled(this.#exclusive);
    this.#waiting -= 1;
    const before = this.#last.get(program) ?? Promise.resolve();
    const running = before.then(() => this.#run(launch, program));
    this.#last.set(
      program,
      running.catch(() => undefined),
    );
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Does this when none is under way. Those that are asked for meanwhile wait until it is done. */
  async whileNone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.settled().then(work);
    this.#exclusive.add(done);
    try {
      return await done;
    } finally {
      this.#exclusive.delete(done);
    }
  }

  /** Resolves when none is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /** Whether that is so before long. */
  async settledWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isOver = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        resolve(false);
      }, timeoutMs);
    });
    const isSettled = await Promise.race([this.settled().then(() => true), isOver]);
    clearTimeout(timer);
    return isSettled;
  }

  async #run(launch: GridLaunch, program: CudaProgram): Promise<GridOutcome> {
    const index = program.image.info.functions.findIndex(({ entry }) => entry === launch.entry);
    const { ended } = (await this.#options.inTurn(() => this.#start(launch, program, index))) ?? {};
    if (ended === undefined) return { kind: 'cancelled' };
    const beganMs = performance.now();
    const passOn = (): void => {
      passPrints(program.prints, (text, place) => launch.onPrinted?.(text, isParallel(launch) ? place : undefined));
    };
    const timer = setInterval(passOn, PRINTS_MS);
    const end = await this.#endOf(ended, launch);
    clearInterval(timer);
    passOn();
    if (end === 'overdue') return { kind: 'failed', fault: overdue(launch) };
    if (end.kind === 'failed') {
      return { kind: 'failed', fault: this.#faultOf(end.error, launch, program) };
    }
    await program.symbols.download();
    // A launch that is under way cannot be stopped: that it was to be is told when it has ended.
    if (isAborted(launch)) return { kind: 'cancelled' };
    return { kind: 'done', durationMs: end.gpuMs ?? performance.now() - beganMs };
  }

  /** Undefined where nobody wants it any more. */
  async #start(launch: GridLaunch, program: CudaProgram, index: number): Promise<StartedLaunch | undefined> {
    if (isAborted(launch)) return undefined;
    const { context, checkRoom, onEnded } = this.#options;
    const { cuda } = context;
    const { grid, block, sharedBytes, isCooperative } = launch;
    const { function: handle } = program.functions[index]!;
    const info = program.image.info.functions[index]!;
    const parameters = layOutParameters(context, info, launch.argument);
    const refuse = (error: unknown): never => {
      throw this.#refusal(error, { launch, program, index });
    };
    const blockThreads = dimTotal(block);
    const blocksPerMultiprocessor = await cuda.occupancy(handle, { blockThreads, sharedBytes }).catch(refuse);
    const load = { kernel: info.name, blockCount: isCooperative ? dimTotal(grid) : 1, blocksPerMultiprocessor };
    if (blocksPerMultiprocessor > 0) await checkRoom(load); // else the launch says why
    await program.symbols.upload();
    const options = { function: handle, grid, block, sharedBytes, isResident: false, isCooperative, ...parameters };
    const started = await this.#launchWhenRoom(options).catch(refuse);
    this.#loads.add(load);
    void started.ended.then(() => {
      this.#loads.delete(load);
      onEnded();
    });
    return started;
  }

  /** The room of what has just ended is the addon's again when it has looked. */
  async #launchWhenRoom(options: Parameters<CudaContext['cuda']['launch']>[0]): Promise<StartedLaunch> {
    const { cuda, context } = this.#options.context;
    try {
      return await cuda.launch(options);
    } catch (error) {
      if (!(error instanceof AddonError) || error.class !== 'resource') throw error;
      cuda.expectEnd(context);
      await new Promise((resolve) => setTimeout(resolve, ENDS_SEEN_MS));
      return cuda.launch(options);
    }
  }

  #refusal(error: unknown, { launch, program, index }: Started): unknown {
    const { functions } = program.image.info;
    if (error instanceof AddonError && error.class === 'fatal') this.#options.explain(error);
    return launchRefusal(error, {
      what: `function '${functions[index]!.name}'`,
      gpu: this.#options.context.device.name,
      blockThreads: dimTotal(launch.block),
      function: program.functions[index]!,
      names: new Map(program.image.cuda!.functions.map((inModule, each) => [inModule, functions[each]!.name])),
    });
  }

  #faultOf(error: AddonError, { grid, block }: GridLaunch, { report }: CudaProgram): GridFault {
    const lost = this.#options.explain(error);
    const own = reportedFault(this.#options.context.arena, report.address);
    if (own === undefined) return { ...lost, location: Promise.resolve(undefined) };
    const { cause, detail, place, location } = own;
    const at = place && { block: placeIn(grid, place.block), thread: placeIn(block, place.thread) };
    return { cause, detail, location: Promise.resolve(location), ...at };
  }

  async #endOf(ended: Promise<LaunchEnd>, launch: GridLaunch): Promise<LaunchEnd | 'overdue'> {
    let timer: NodeJS.Timeout | undefined;
    const isOverdue = new Promise<'overdue'>((resolve) => {
      timer = setTimeout(() => {
        resolve('overdue');
      }, launch.timeLimitMs);
    });
    const end = await Promise.race([ended, isOverdue]);
    clearTimeout(timer);
    if (end === 'overdue') this.#options.onOverdue(overdue(launch).detail);
    return end;
  }
}

function isAborted({ signal }: GridLaunch): boolean {
  return signal?.aborted === true;
}

interface LaidOutParameters {
  readonly parameters: Uint8Array;
  readonly offsets: readonly number[];
  readonly addresses: readonly AddressParameter[];
}

/** From the parameter block of the CPU device, whose pointers are offsets into the arena, to that of a GPU. */
function layOutParameters({ arena, memory }: CudaContext, info: FunctionInfo, argument: number): LaidOutParameters {
  const offsets: number[] = [];
  const addresses: AddressParameter[] = [];
  let sizeBytes = 0;
  for (const { type, sizeBytes: ownBytes } of info.parameters) {
    const isPointer = type.kind === 'pointer';
    const align = isPointer ? POINTER_BYTES : alignOf(type.type);
    const offset = Math.ceil(sizeBytes / align) * align;
    offsets.push(offset);
    sizeBytes = offset + (isPointer ? POINTER_BYTES : ownBytes);
  }
  const parameters = new Uint8Array(sizeBytes);
  for (const [index, { type, offset, sizeBytes: ownBytes }] of info.parameters.entries()) {
    const from = argument + offset;
    const at = offsets[index]!;
    if (type.kind === 'pointer') {
      const target = arena.u32[from >>> 2]!;
      if (target !== 0) addresses.push({ at, memory, offset: target });
    } else {
      parameters.set(arena.u8.subarray(from, from + ownBytes), at);
    }
  }
  return { parameters, offsets, addresses };
}

function overdue({ timeLimitMs }: GridLaunch): GridFault {
  const detail = `the launch ran longer than its time limit of ${timeLimitMs.toString()} ms`;
  return { cause: 'runaway', detail, location: Promise.resolve(undefined) };
}
