import type { ArenaBlock } from '../../../../app/device/arena.ts';
import { CudaDevice } from '../../../devices/cuda/cuda-device.ts';
import type { StudioRuntime } from '../../../host/create-runtime.ts';
import type { Check } from '../check.ts';
import { activate, arenaBlock, timeOf, type Scene } from '../scene.ts';

/** `Conversation` of kernels/verify/coherence.cu, in 32-bit words. */
const TALK = {
  asked: 0,
  stop: 1,
  question: 32,
  answered: 64,
  answer: 96,
  ofQuestions: 128,
  ofAnswers: 131,
  words: 160,
};
const LANES = 32;
const STAMPS = 64;
const LAUNCH_LIMIT_MS = 120_000;
/** The host looks busily for so long, then the event loop has its turn. */
const BUSY_MS = 2;
const PATIENCE_MS = 5_000;
/** Of one launch: displays' watchdogs end what stays for seconds. */
const ROUNDS_AT_ONCE = 10_000;
/** Longest error of the clock that latencies between host and GPU can still be told with; with few rounds, any. */
const MOST_CLOCK_ERROR_NS = 1_000_000;
/** The host's own clocks differ by this much. */
const HOST_CLOCK_NS = 2_000_000n;

export const memoryChecks: readonly Check[] = [
  {
    name: 'memory-coherence',
    title: 'host and GPU see each other’s writes whole and in order while a kernel is resident',
    advice:
      'The GPU does not see what the host writes to pinned memory in the order that ring kernels need. Under WSL2 and on ' +
      'machines with mapped memory switched off nothing helps but the CPU device; else a newer driver may.',
    group: 'memory',
    deadlineMs: 60_000,
    run: coherence,
  },
  {
    name: 'memory-between-blocks',
    title: 'blocks see each other’s writes to pinned memory whole and in order',
    advice:
      'Actors on this GPU do not see what others of it have sent in the order that ring kernels need: do not use the CUDA ' +
      'device here. Please report it with this report.',
    group: 'memory',
    deadlineMs: 60_000,
    run: betweenBlocks,
  },
  {
    name: 'clock-calibration',
    title: 'the GPU’s clock is known to the host well enough for latencies',
    advice:
      'Latencies between host and GPU are wrong by the error. A busy machine makes it larger: close what else runs.',
    group: 'memory',
    deadlineMs: 30_000,
    run: clock,
  },
];

async function coherence(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'coherence');
  const [talks, rounds] = [scene.amount(4, 2), scene.amount(100_000, 200)];
  const [onHost, onGpu] = [new Tally(), new Tally()];
  let durationMs = 0;
  for (const piece of inPieces(rounds)) {
    using block = arenaBlock(runtime, 'conversations with the GPU', talks * TALK.words * 4);
    const size = { grid: talks, block: LANES, timeLimitMs: LAUNCH_LIMIT_MS };
    const launch = program.function('converse').launch(size, block.address, piece);
    const host = new Conversations(runtime, block, talks);
    const [seen] = await Promise.all([host.talk(piece), launch]);
    onHost.add(seen);
    onGpu.add(sightingsAt(runtime, { block, talks, word: TALK.ofQuestions }));
    durationMs += seen.durationMs;
  }
  scene.measure('rounds', onHost.rounds, 'round trips');
  scene.measure('round trips', onHost.rounds / (durationMs / 1000), '/s');
  scene.measure('stale on the GPU', onGpu.stale, 'messages');
  scene.measure('torn on the GPU', onGpu.torn, 'messages');
  scene.measure('stale on the host', onHost.stale, 'messages');
  scene.measure('torn on the host', onHost.torn, 'messages');
  const whole = { rounds: talks * rounds, stale: 0, torn: 0 };
  scene.requireEqual([onGpu, onHost], [whole, whole], 'questions that the GPU has seen, and answers that the host has');
}

async function betweenBlocks(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'coherence');
  const [talks, rounds] = [scene.amount(16, 2), scene.amount(100_000, 200)];
  const [questions, answers] = [new Tally(), new Tally()];
  let durationMs = 0;
  for (const piece of inPieces(rounds)) {
    using block = arenaBlock(runtime, 'conversations between blocks', talks * TALK.words * 4);
    const size = { grid: 2 * talks, block: LANES, cooperative: true, timeLimitMs: LAUNCH_LIMIT_MS };
    durationMs += await timeOf(() => program.function('converse_in_grid').launch(size, block.address, piece));
    questions.add(sightingsAt(runtime, { block, talks, word: TALK.ofQuestions }));
    answers.add(sightingsAt(runtime, { block, talks, word: TALK.ofAnswers }));
  }
  scene.measure('rounds', answers.rounds, 'round trips');
  scene.measure('round trip', (durationMs / rounds) * 1000, 'µs');
  scene.measure('stale', questions.stale + answers.stale, 'messages');
  scene.measure('torn', questions.torn + answers.torn, 'messages');
  const whole = { rounds: talks * rounds, stale: 0, torn: 0 };
  scene.requireEqual([questions, answers], [whole, whole], 'questions and answers that blocks have seen');
}

/** Launches of a display's GPU must be short. */
function inPieces(rounds: number): readonly number[] {
  const count = Math.ceil(rounds / ROUNDS_AT_ONCE);
  return Array.from({ length: count }, (_, index) => Math.min(ROUNDS_AT_ONCE, rounds - index * ROUNDS_AT_ONCE));
}

interface Sightings {
  readonly rounds: number;
  readonly stale: number;
  readonly torn: number;
}

class Tally implements Sightings {
  rounds = 0;
  stale = 0;
  torn = 0;

  add({ rounds, stale, torn }: Sightings): void {
    this.rounds += rounds;
    this.stale += stale;
    this.torn += torn;
  }
}

interface Conversed {
  readonly block: ArenaBlock;
  readonly talks: number;
  /** Of the `Sightings` in a conversation. */
  readonly word: number;
}

/** What the GPU has seen in all conversations of a launch, which has ended. */
function sightingsAt({ device }: StudioRuntime, { block, talks, word }: Conversed): Sightings {
  const first = (block.address >>> 2) + word;
  const sum = (offset: number): number =>
    Array.from({ length: talks }, (_, index) => device.arena.u32[first + index * TALK.words + offset]!).reduce(
      (total, value) => total + value,
    );
  return { rounds: sum(0), stale: sum(1), torn: sum(2) };
}

interface Seen extends Sightings {
  rounds: number;
  stale: number;
  torn: number;
  durationMs: number;
}

/** The host's side of all conversations: plain writes, then one that publishes them, as `HostRing` does. */
class Conversations {
  readonly #u32: Uint32Array;
  readonly #starts: readonly number[];

  constructor({ device }: StudioRuntime, block: ArenaBlock, count: number) {
    this.#u32 = device.arena.u32;
    this.#starts = Array.from({ length: count }, (_, index) => (block.address >>> 2) + index * TALK.words);
  }

  async talk(rounds: number): Promise<Seen> {
    const seen: Seen = { rounds: 0, stale: 0, torn: 0, durationMs: 0 };
    const asked = this.#starts.map((start) => this.#ask(start, 1));
    const startedMs = performance.now();
    let [busyUntilMs, movedMs] = [startedMs + BUSY_MS, startedMs];
    while (seen.rounds < rounds * this.#starts.length) {
      for (const [index, start] of this.#starts.entries()) {
        const round = asked[index]!;
        if (round > rounds || Atomics.load(this.#u32, start + TALK.answered) !== round) continue;
        this.#judge(start, round, seen);
        movedMs = performance.now();
        asked[index] = round < rounds ? this.#ask(start, round + 1) : round + 1;
      }
      const nowMs = performance.now();
      if (nowMs - movedMs > PATIENCE_MS) break;
      if (nowMs < busyUntilMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      busyUntilMs = performance.now() + BUSY_MS;
    }
    seen.durationMs = performance.now() - startedMs;
    for (const start of this.#starts) Atomics.store(this.#u32, start + TALK.stop, 1);
    return seen;
  }

  #ask(start: number, round: number): number {
    for (let lane = 0; lane < LANES; lane++) this.#u32[start + TALK.question + lane] = round * STAMPS + lane;
    Atomics.store(this.#u32, start + TALK.asked, round);
    return round;
  }

  #judge(start: number, round: number, seen: Seen): void {
    let [isStale, isTorn] = [false, false];
    const first = this.#u32[start + TALK.answer]!;
    for (let lane = 0; lane < LANES; lane++) {
      const word = this.#u32[start + TALK.answer + lane]!;
      isStale ||= Math.floor(word / STAMPS) < round;
      isTorn ||= word !== first + lane;
    }
    seen.rounds += 1;
    seen.stale += isStale ? 1 : 0;
    seen.torn += isTorn ? 1 : 0;
  }
}

async function clock(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'messages');
  const { device } = runtime;
  scene.require(device instanceof CudaDevice, `the device is ${device.description}`);
  scene.require(Number.isFinite(device.clockErrorNs), 'the GPU did not answer what time it is');
  scene.measure('error bound', device.clockErrorNs / 1000, 'µs');
  scene.require(
    scene.isQuick || device.clockErrorNs <= MOST_CLOCK_ERROR_NS,
    `the GPU’s clock is known to ${(device.clockErrorNs / 1000).toFixed(0)} µs only`,
  );
  const actor = await activate(runtime, program, { kernel: 'answerer' });
  let furthestNs = 0n;
  for (let round = 0; round < scene.amount(500, 20); round++) {
    const before = unixNs();
    const { now_ns: now } = await actor.request<{ now_ns: number | bigint }>({ value: round });
    furthestNs = [furthestNs, before - BigInt(now), BigInt(now) - unixNs()].reduce((a, b) => (a > b ? a : b));
  }
  scene.measure('furthest outside of a round trip', Number(furthestNs) / 1000, 'µs');
  const allowed = BigInt(Math.ceil(device.clockErrorNs)) + HOST_CLOCK_NS;
  scene.require(
    furthestNs <= allowed,
    `a handler’s time lies ${Number(furthestNs) / 1000} µs outside of its round trip`,
  );
}

function unixNs(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}
