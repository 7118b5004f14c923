import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';

import { WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena, ArenaBlock } from '../../../app/device/arena.ts';
import { makeReady, ringDoorbell } from './doorbell.ts';
import { resetWorkerBlock, writeFiberPlace } from './worker-block.ts';
import type { FiberPlace, WorkerMail, WorkerReport, WorkerStart } from './worker-mail.ts';

export interface WorkerThreadOptions {
  readonly arena: Arena;
  readonly index: number;
  readonly scriptUrl: URL;
  readonly stackBytes: number;
  /** Bits of the ready bitmap: most actors that one worker can run. */
  readonly readyBits: number;
  readonly clockOriginMs: number;
  readonly onReport: (report: WorkerReport) => void;
  /** The thread ended without being asked to. */
  readonly onDeath: (reason: string) => void;
}

/** The host's side of one worker: its block in the arena, its thread, its mail. The block outlives the thread. */
export class WorkerThread {
  readonly index: number;
  readonly address: number;
  readonly #options: WorkerThreadOptions;
  readonly #i32: Int32Array;
  readonly #blocks: readonly ArenaBlock[];
  #worker: Worker | undefined;
  #port: MessagePort | undefined;
  #isEnding = false;
  /** Who waits for the thread's next death. */
  #mourners: (() => void)[] = [];
  #tickets = new Map<number, () => void>();
  #fibers: FiberPlace | undefined;
  #nextTicket = 1;

  constructor(options: WorkerThreadOptions) {
    const { arena, index } = options;
    const name = `worker ${index.toString()}`;
    const block = arena.allocate(`${name}: block`, WORKER.sizeBytes);
    const stack = arena.allocate(`${name}: stack`, options.stackBytes);
    const ready = arena.allocate(`${name}: ready bits`, options.readyBits >> 3);
    this.index = index;
    this.address = block.address;
    this.#options = options;
    this.#i32 = arena.i32;
    this.#blocks = [block, stack, ready];
    this.#set(WORKER.index, index);
    this.#set(WORKER.ready, ready.address);
    this.#set(WORKER.stackLow, stack.address);
    this.#set(WORKER.stackHigh, stack.address + stack.sizeBytes);
  }

  /** Starts a thread on the block; also the next one, after a death. */
  start(): void {
    const { arena, scriptUrl, clockOriginMs } = this.#options;
    const { port1, port2 } = new MessageChannel();
    this.#set(WORKER.mailRead, this.get(WORKER.mail));
    resetWorkerBlock(this.#i32, this.address);
    if (this.#fibers !== undefined) writeFiberPlace(this.#i32, this.address, this.#fibers);
    const start: WorkerStart = { memory: arena.memory, address: this.address, port: port2, clockOriginMs };
    const worker = new Worker(scriptUrl, { workerData: start, transferList: [port2], stderr: false, stdout: false });
    this.#worker = worker;
    this.#port = port1;
    port1.on('message', (report: WorkerReport) => {
      if (this.#port === port1) this.#receive(report);
    });
    port1.unref();
    let reason = 'the thread ended';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      port1.close();
      if (this.#worker === worker) this.#die(reason);
    });
  }

  /** Puts mail into the thread's box; it is read between two batches. */
  send(mail: WorkerMail): void {
    this.#port?.postMessage(mail);
    Atomics.add(this.#i32, (this.address + WORKER.mail) >>> 2, 1);
    this.ring();
  }

  /** From the thread's next batch on; also of the threads that follow it on the block. */
  setFiberMemory(place: FiberPlace): void {
    this.#fibers = place;
    this.send({ kind: 'fibers', place });
  }

  /** Resolves when all mail so far has been handled. */
  async settled(): Promise<void> {
    const ticket = this.#nextTicket++;
    await new Promise<void>((resolve) => {
      this.#tickets.set(ticket, resolve);
      this.send({ kind: 'acknowledge', ticket });
    });
  }

  /** As `settled`, but resolves as well when the thread dies. */
  async settledOrDead(): Promise<void> {
    const death = new Promise<void>((resolve) => {
      this.#mourners.push(resolve);
    });
    await Promise.race([this.settled(), death]);
  }

  /** Wakes the thread if it sleeps. */
  ring(): void {
    ringDoorbell(this.#i32, this.address);
  }

  /** Sets a ready bit, and wakes the thread if it sleeps. */
  makeReady(readyIndex: number): void {
    makeReady(this.#i32, this.address, readyIndex);
  }

  isBusy(): boolean {
    const { arena } = this.#options;
    if (this.get(WORKER.current) !== 0) return true;
    const ready = this.get(WORKER.ready) >>> 2;
    const words = this.get(WORKER.readyWords);
    for (let index = 0; index < words; index++) if (Atomics.load(arena.i32, ready + index) !== 0) return true;
    return false;
  }

  get(offset: number): number {
    return Atomics.load(this.#i32, (this.address + offset) >>> 2);
  }

  set(offset: number, value: number): void {
    this.#set(offset, value);
  }

  /** Kills the thread, whatever it does. `onDeath` follows. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#port?.close();
    await worker?.terminate();
    for (const resolve of this.#tickets.values()) resolve();
    this.#tickets.clear();
    for (const block of this.#blocks) this.#options.arena.free(block);
  }

  #receive(report: WorkerReport): void {
    if (report.kind === 'printed' || report.kind === 'gridPrinted')
      Atomics.add(this.#i32, (this.address + WORKER.printsSeen) >>> 2, 1);
    if (report.kind !== 'acknowledged') {
      this.#options.onReport(report);
      return;
    }
    this.#tickets.get(report.ticket)?.();
    this.#tickets.delete(report.ticket);
  }

  #die(reason: string): void {
    this.#worker = undefined;
    this.#port = undefined;
    if (!this.#isEnding) this.#options.onDeath(reason);
    for (const resolve of this.#mourners.splice(0)) resolve();
  }

  /** Acknowledgements that died with the thread: asked for again from the next one. */
  renewTickets(): void {
    for (const ticket of this.#tickets.keys()) this.send({ kind: 'acknowledge', ticket });
  }

  #set(offset: number, value: number): void {
    Atomics.store(this.#i32, (this.address + offset) >>> 2, value);
  }
}
