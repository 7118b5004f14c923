import type { Arena, ArenaBlock } from '../../../app/device/arena.ts';
import type { StartedLaunch } from '../../../native/bindings/cuda-native.ts';
import type { CudaContext } from './cuda-context.ts';
import type { CudaProgram } from './cuda-program.ts';
import type { Pacing } from './pacing.ts';

/** `ring::cuda::time_talk` of kernels/cuda/ring_clock.h. */
const TALK = { asked: 0, answered: 128, timerNs: 136, sizeBytes: 256 } as const;
const ROUNDS = 16;
/** How long an answer is waited for busily, until the event loop has its turn. */
const BUSY_MS = 2;
const PATIENCE_MS = 1000;
const ATTEMPTS = 2;

/** How the GPU's timer and Unix time go together. */
interface Calibration {
  /** Unix time in ns when the timer was 0. */
  readonly originNs: bigint;
  /** By how much it may be wrong: half of the quickest round trip. */
  readonly errorNs: number;
}

interface GpuClockOptions {
  readonly context: CudaContext;
  /** Told where host and GPU do not see each other's words. */
  readonly pacing: Pacing;
  readonly unixMs: () => number;
}

/** Asks the GPU what its timer says, while the host looks at its own clock. */
export class GpuClock {
  readonly #options: GpuClockOptions;
  #last: Calibration = { originNs: 0n, errorNs: Infinity };

  constructor(options: GpuClockOptions) {
    this.#options = options;
  }

  /** Unix time in ns when the timer was 0, as it was found last. */
  get originNs(): bigint {
    return this.#last.originNs;
  }

  /** By how much it may be wrong; Infinity until it has been found. */
  get errorNs(): number {
    return this.#last.errorNs;
  }

  /** Nothing else may run on the GPU. */
  async calibrate(program: CudaProgram): Promise<void> {
    const { pacing } = this.#options;
    // Where an answer comes too late, the host may have been away: only the second time is it believed.
    let found: Calibration | undefined;
    for (let attempt = 0; attempt < ATTEMPTS && found === undefined && pacing.mode !== 'event-driven'; attempt++)
      found = await this.#byTalk(program);
    if (found === undefined) {
      pacing.noteIncoherence();
      found = await this.#byLaunch(program);
    }
    this.#last = found ?? this.#last;
  }

  /**
   * A kernel answers as soon as it sees a question, and the quickest round trip counts. Undefined when one side did not
   * see what the other one wrote while the kernel ran: their memory is not coherent.
   */
  async #byTalk(program: CudaProgram): Promise<Calibration | undefined> {
    using talk = this.#talk();
    const { ended } = await this.#launch(program, talk, ROUNDS);
    let best: Calibration | undefined;
    for (let round = 1; round <= ROUNDS; round++) {
      talk.ask(round);
      const next = await talk.answer();
      if (next === undefined) break; // the kernel ends by itself
      if (best === undefined || next.errorNs < best.errorNs) best = next;
    }
    await ended;
    return talk.isAnswered ? best : undefined;
  }

  /** Undefined where not even the end of a launch brings what it wrote. The time that it took is the round trip. */
  async #byLaunch(program: CudaProgram): Promise<Calibration | undefined> {
    using talk = this.#talk();
    talk.ask(1);
    const { ended } = await this.#launch(program, talk, 1);
    await ended;
    return talk.isAnswered ? talk.read() : undefined;
  }

  #talk(): Talk {
    return new Talk(this.#options.context.arena, this.#options.unixMs);
  }

  #launch({ timer }: CudaProgram, { address }: Talk, rounds: number): Promise<StartedLaunch> {
    const parameters = new Uint8Array(8);
    new DataView(parameters.buffer).setUint32(0, address, true);
    new DataView(parameters.buffer).setUint32(4, rounds, true);
    return this.#options.context.cuda.launch({
      function: timer.function,
      grid: [1, 1, 1],
      block: [1, 1, 1],
      isResident: false,
      parameters,
      offsets: [0, 4],
    });
  }
}

/** The words by which they talk. */
class Talk implements Disposable {
  readonly #arena: Arena;
  readonly #block: ArenaBlock;
  readonly #unixMs: () => number;
  #asked = 0;
  #askedMs = 0;

  constructor(arena: Arena, unixMs: () => number) {
    this.#arena = arena;
    this.#block = arena.allocate('calibration of the clock', TALK.sizeBytes);
    this.#unixMs = unixMs;
  }

  get address(): number {
    return this.#block.address;
  }

  get isAnswered(): boolean {
    return Atomics.load(this.#arena.u32, this.#word(TALK.answered)) === this.#asked;
  }

  ask(round: number): void {
    this.#asked = round;
    this.#askedMs = this.#unixMs();
    Atomics.store(this.#arena.u32, this.#word(TALK.asked), round);
  }

  /** Undefined when there is none before long. */
  async answer(): Promise<Calibration | undefined> {
    const patience = this.#askedMs + PATIENCE_MS;
    let busyUntil = this.#askedMs + BUSY_MS;
    while (!this.isAnswered) {
      const now = this.#unixMs();
      if (now > patience) return undefined;
      if (now < busyUntil) continue;
      await new Promise((resolve) => setImmediate(resolve));
      busyUntil = this.#unixMs() + BUSY_MS;
    }
    return this.read();
  }

  read(): Calibration {
    const answeredMs = this.#unixMs();
    const { u32 } = this.#arena;
    const timerNs = BigInt(u32[this.#word(TALK.timerNs)]!) + (BigInt(u32[this.#word(TALK.timerNs + 4)]!) << 32n);
    const middleNs = BigInt(Math.round(((this.#askedMs + answeredMs) / 2) * 1e6));
    return { originNs: middleNs - timerNs, errorNs: Math.ceil(((answeredMs - this.#askedMs) * 1e6) / 2) };
  }

  [Symbol.dispose](): void {
    this.#arena.free(this.#block);
  }

  #word(offset: number): number {
    return (this.#block.address + offset) >>> 2;
  }
}
