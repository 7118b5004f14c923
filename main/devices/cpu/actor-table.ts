import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';

import { ACTOR, ACTOR_STATE, WORKER } from '../../../app/abi/arena-layout.ts';
import { explainBadBuffer } from '../../../app/device/buffer-fault.ts';
import type { SourceLocation } from '../../../app/base/studio-error.ts';
import { GridRunner, type KnownFailure } from './grid-runner.ts';
import type { WorkerClock } from './worker-clock.ts';
import { explainWaits, type Wait } from './wait-report.ts';
import { writeFiberPlace } from './worker-block.ts';
import type { InThread, PlacedActor, WorkerMail, WorkerReport } from './worker-mail.ts';

/** `ring::runtime::outcome` */
const MORE = 1;
/** LLVM's leaf functions use up to 128 bytes below the stack pointer without moving it. */
const STACK_MARGIN = 256;
/** Calls of printf that the host has not taken yet; further ones are lost. */
const PRINTS_IN_FLIGHT = 10_000;
/** As many more say at the end of a batch how many were lost. */
const LOSSES_IN_FLIGHT = 1000;

/** Module of imports that programs with blocks of several threads have, and that only those call whose threads wait. */
const ASYNCIFY = 'asyncify';
const NEVER_WAITS = Object.fromEntries(
  ['start_unwind', 'stop_unwind', 'start_rewind', 'stop_rewind'].map((name) => [name, () => undefined]),
);

interface KernelExports extends WebAssembly.Exports {
  readonly __stack_pointer: WebAssembly.Global;
  readonly __tls_base: WebAssembly.Global;
  readonly ring_stack_limit: WebAssembly.Global;
  readonly __wasm_init_tls: (address: number) => void;
  readonly ring_fail: (actor: number) => void;
  readonly ring_settle: (actor: number) => void;
  /** Of programs with plain functions. */
  readonly ring_run_blocks?: (launch: number) => void;
  /** Of programs with blocks of several threads: ranks of the block and the thread that ran last, −1 for none. */
  readonly ring_fault_block?: () => number;
  readonly ring_fault_thread?: () => number;
  /** Asyncify's, of programs whose threads wait: 0 is normal, 1 leaves a thread, 2 goes back to one. */
  readonly asyncify_get_state?: () => number;
  readonly asyncify_stop_unwind?: () => void;
  readonly asyncify_stop_rewind?: () => void;
}

interface LoadedProgram {
  readonly exports: KernelExports;
}

interface RunningActor {
  readonly id: number;
  readonly address: number;
  readonly sharedData: number;
  readonly program: LoadedProgram;
  readonly drain: (actor: number) => number;
  /** Calls of printf that nobody has been told of. */
  lostPrints: number;
}

interface Surroundings {
  readonly memory: WebAssembly.Memory;
  readonly address: number;
  readonly port: MessagePort;
  readonly clock: WorkerClock;
}

/** The programs and actors of one worker thread, and the one place where a trap is caught. */
export class ActorTable {
  readonly #surroundings: Surroundings;
  readonly #i32: Int32Array;
  readonly #stackHigh: number;
  readonly #programs = new Map<number, LoadedProgram>();
  readonly #actors: (RunningActor | undefined)[] = [];
  #failureCode = 0;
  #failureDetail = '';
  #failurePlace: SourceLocation | undefined;
  #waits: Wait[] = [];
  #prints: number;
  #running: RunningActor | undefined;
  /** Calls of printf of launches that nobody has been told of, by the launch's id. */
  readonly #lostPrints = new Map<number, number>();
  readonly grids: GridRunner<KernelExports>;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#i32 = new Int32Array(surroundings.memory.buffer);
    this.#stackHigh = this.#word(WORKER.stackHigh);
    this.#prints = this.#word(WORKER.printsSeen);
    const { address, clock } = surroundings;
    this.grids = new GridRunner({
      i32: this.#i32,
      address,
      nowMs: () => clock.nowMs(),
      unixMs: () => clock.unixMs(),
      exportsOf: (programId) => this.#programs.get(programId)?.exports,
      takeFailure: (exports) => this.#takeFailure(exports),
      tellLostPrints: (gridId) => {
        this.#tellLostPrintsOf(gridId);
        this.#lostPrints.delete(gridId); // where the host reads nothing it is not told
      },
      report: (report) => {
        this.#report(report);
      },
    });
  }

  /** One batch of the actor; true when it has more to do at once. */
  run(readyIndex: number): boolean {
    const actor = this.#actors[readyIndex];
    if (actor === undefined) return false;
    this.#running = actor;
    const hasMore = this.#drain(actor);
    if (!hasMore && actor.lostPrints > 0) this.#tellLostPrints(actor);
    return hasMore;
  }

  #drain(actor: RunningActor): boolean {
    try {
      if (actor.sharedData !== 0) actor.program.exports.__tls_base.value = actor.sharedData;
      return actor.drain(actor.address) === MORE;
    } catch (error) {
      this.#fail(actor, error);
      return false;
    }
  }

  readMail(): void {
    const { port, address } = this.#surroundings;
    for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
      this.#handle(received.message as WorkerMail);
      Atomics.add(this.#i32, (address + WORKER.mailRead) >>> 2, 1);
    }
  }

  #handle(mail: WorkerMail): void {
    switch (mail.kind) {
      case 'load':
        this.#programs.set(mail.programId, this.#instantiate(mail.module));
        break;
      case 'unload':
        this.#programs.delete(mail.programId);
        break;
      case 'fibers':
        writeFiberPlace(this.#i32, this.#surroundings.address, mail.place);
        break;
      case 'place':
        for (const actor of mail.actors) this.#place(actor, mail.isFresh);
        break;
      case 'remove':
        for (const index of mail.readyIndices) this.#actors[index] = undefined;
        break;
      case 'fail':
        {
          const actor = this.#actors[mail.readyIndex];
          if (actor !== undefined) this.#markFailed(actor);
        }
        break;
      case 'grid':
        this.grids.add(mail.order);
        break;
      case 'acknowledge':
        this.#report({ kind: 'acknowledged', ticket: mail.ticket });
        break;
    }
  }

  #place(placed: PlacedActor, isFresh: boolean): void {
    const program = this.#programs.get(placed.programId);
    if (program === undefined) throw new Error(`program ${placed.programId.toString()} is not loaded`);
    if (isFresh) initializeShared(program, placed);
    // The last thread may have died before it gave back the slots of what it had consumed. (A failed actor's are the host's.)
    const state = Atomics.load(this.#i32, (placed.address + ACTOR.state) >>> 2);
    if (!isFresh && state !== ACTOR_STATE.failed) program.exports.ring_settle(placed.address);
    this.#actors[placed.readyIndex] = {
      id: placed.actorId,
      address: placed.address,
      sharedData: placed.sharedData,
      program,
      drain: program.exports[`ring_drain_${placed.kernel}`] as (actor: number) => number,
      lostPrints: 0,
    };
  }

  #instantiate(module: WebAssembly.Module): LoadedProgram {
    const { memory, address, clock } = this.#surroundings;
    const instance = new WebAssembly.Instance(module, {
      env: {
        memory,
        ring_host_read_clock: () => {
          clock.read();
        },
        ring_host_now_ns: () => Math.round(clock.unixMs() * 1e6),
        ring_host_should_stop: () => {
          const dispatch = this.#word(WORKER.dispatch);
          return dispatch !== 0 && Atomics.load(this.#i32, (address + WORKER.stopDispatch) >>> 2) === dispatch ? 1 : 0;
        },
        ring_host_fail: (code: number) => {
          this.#failureCode = code;
        },
        ring_host_print: (...[text = 0, size = 0, block = -1, thread = -1]: number[]) => {
          this.#print(this.#text(text, size), inThread(block, thread));
        },
        ring_host_waits: (...[what = 0, file = 0, line = 0, thread = 0, count = 0]: number[]) => {
          this.#waits.push({ what, file: this.#projectPath(file), line, thread, count });
        },
        ring_host_fail_at: (file: number, line: number) => {
          this.#failurePlace = { file: this.#projectPath(file), line };
        },
        ring_host_bad_index: (index: number, type: number, capacity: number) => {
          const limit = capacity === 0 ? '' : ` of capacity ${capacity.toString()}`;
          // Clang's `'Words' (aka 'int[4]')` without what an alias stands for.
          const [name = ''] = /^'[^']*'/.exec(this.#cString(type)) ?? [];
          this.#failureDetail = `index ${index.toString()} is out of bounds for ${name}${limit}`;
        },
        ring_host_bad_buffer: (...words: number[]) => {
          const [slot = 0, generation = 0, wanted = 0, found = 0] = words.map((word) => word >>> 0);
          this.#failureDetail = explainBadBuffer({ slot, generation, wanted, found });
        },
        ring_host_assert: (expression: number) => {
          this.#failureDetail = `assertion \`${this.#cString(expression)}\` failed`;
        },
      },
      [ASYNCIFY]: NEVER_WAITS,
    });
    const exports = instance.exports as KernelExports;
    this.#resetStack(exports);
    return { exports };
  }

  #resetStack(exports: KernelExports): void {
    exports.__stack_pointer.value = this.#stackHigh;
    exports.ring_stack_limit.value = this.#word(WORKER.stackLow) + STACK_MARGIN;
  }

  /** After a trap: the actor is failed, the host gets the message and the trace. */
  #fail(actor: RunningActor, error: unknown): void {
    const { address } = this.#surroundings;
    const dispatch = (address + WORKER.dispatch) >>> 2;
    if ((this.#word(WORKER.dispatch) & 1) === 1) Atomics.add(this.#i32, dispatch, 1);
    const known = this.#takeFailure(actor.program.exports);
    if (actor.sharedData !== 0) actor.program.exports.__tls_base.value = actor.sharedData;
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    this.#markFailed(actor);
    Atomics.store(this.#i32, (address + WORKER.current) >>> 2, 0);
    this.#report({ kind: 'fault', actorId: actor.id, message, stack, ...known });
  }

  /** After a trap: what is known about it. Then no thread is under way in the instance, and its stack is whole again. */
  #takeFailure(exports: KernelExports): KnownFailure {
    const thread = inThread(exports.ring_fault_block?.() ?? -1, exports.ring_fault_thread?.() ?? -1);
    leaveThreads(exports);
    this.#resetStack(exports);
    const detail = this.#waits.length > 0 ? explainWaits(this.#waits) : this.#failureDetail;
    const known = { code: this.#failureCode, detail, place: this.#failurePlace, ...thread };
    this.#failureCode = 0;
    this.#failureDetail = '';
    this.#failurePlace = undefined;
    this.#waits = [];
    return known;
  }

  #markFailed(actor: RunningActor): void {
    try {
      actor.program.exports.ring_fail(actor.address);
    } catch {
      // Its handler has written over its own rings: the state at least says so, and the worker lives on.
      Atomics.store(this.#i32, (actor.address + ACTOR.state) >>> 2, ACTOR_STATE.failed);
    }
  }

  /** Like CUDA's printf buffer bounded, but what is lost is counted. */
  #print(text: string, thread: InThread): void {
    const { runningId } = this.grids;
    if (runningId !== 0) {
      this.#printOfGrid(runningId, text, thread);
      return;
    }
    const actor = this.#running;
    if (actor === undefined) return;
    if (this.#printsInFlight() >= PRINTS_IN_FLIGHT) {
      actor.lostPrints++;
      return;
    }
    if (actor.lostPrints > 0) this.#tellLostPrints(actor);
    this.#report({ kind: 'printed', actorId: actor.id, text, ...thread });
    this.#prints++;
  }

  #printOfGrid(gridId: number, text: string, thread: InThread): void {
    if (this.#printsInFlight() >= PRINTS_IN_FLIGHT) {
      this.#lostPrints.set(gridId, (this.#lostPrints.get(gridId) ?? 0) + 1);
      return;
    }
    this.#tellLostPrintsOf(gridId);
    this.#report({ kind: 'gridPrinted', gridId, text, ...thread });
    this.#prints++;
  }

  #tellLostPrintsOf(gridId: number): void {
    const lost = this.#lostPrints.get(gridId);
    if (lost === undefined || this.#printsInFlight() >= PRINTS_IN_FLIGHT + LOSSES_IN_FLIGHT) return;
    this.#report({ kind: 'gridPrinted', gridId, text: `[${lost.toString()} printf calls lost]\n` });
    this.#prints++;
    this.#lostPrints.delete(gridId);
  }

  /** Not when a host that takes nothing already has many of these to read: then after a later batch. */
  #tellLostPrints(actor: RunningActor): void {
    if (this.#printsInFlight() >= PRINTS_IN_FLIGHT + LOSSES_IN_FLIGHT) return;
    this.#report({ kind: 'printed', actorId: actor.id, text: `[${actor.lostPrints.toString()} printf calls lost]\n` });
    this.#prints++;
    actor.lostPrints = 0;
  }

  #printsInFlight(): number {
    return this.#prints - this.#word(WORKER.printsSeen);
  }

  #report(report: WorkerReport): void {
    this.#surroundings.port.postMessage(report);
  }

  #word(offset: number): number {
    return this.#i32[(this.#surroundings.address + offset) >>> 2] ?? 0;
  }

  /** WebAssembly gives addresses as signed numbers. */
  #text(address: number, size: number): string {
    return Buffer.from(this.#surroundings.memory.buffer, address >>> 0, size).toString('utf8');
  }

  #projectPath(file: number): string {
    return this.#cString(file).replace(/^\/project\//, '');
  }

  #cString(signed: number): string {
    const address = signed >>> 0;
    const bytes = Buffer.from(this.#surroundings.memory.buffer);
    return this.#text(address, bytes.indexOf(0, address) - address);
  }
}

function inThread(block: number, thread: number): InThread {
  return block === -1 || thread === -1 ? {} : { block, thread };
}

/** A fault in the middle of leaving a thread, or of going back to one, must not go on in the next message. */
function leaveThreads(exports: KernelExports): void {
  const state = exports.asyncify_get_state?.() ?? 0;
  if (state === 0) return;
  try {
    if (state === 1) exports.asyncify_stop_unwind?.();
    else exports.asyncify_stop_rewind?.();
  } catch {
    // It looks whether the frames fitted, which they did not; the state is normal by then.
  }
}

function initializeShared({ exports }: LoadedProgram, { sharedData, sharedStride, blockCount }: PlacedActor): void {
  if (sharedData === 0) return;
  for (let block = 0; block < blockCount; block++) exports.__wasm_init_tls(sharedData + block * sharedStride);
}
