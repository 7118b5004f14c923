import type { GpuReading, GpuSample } from '../../../app/contract/gpu-figures.ts';
import type { NvmlLack } from '../../devices/cuda/nvml/nvml-messages.ts';
import type { NvmlAnswer, NvmlReader } from '../../devices/cuda/nvml/nvml-process.ts';
import { Bell, pause } from './bell.ts';

const SAMPLE_EVERY_MS = 1_000;
/** Somebody who only changes panels comes back sooner. */
const LINGER_MS = 3_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** A reader that has lived for so long has earned a quick successor. */
const SOUND_AFTER_MS = 60_000;

/** A process that was killed is gone sooner, unless the driver holds it. */
const RELEASE_MS = 1_000;

const HELD =
  'The process that read NVML hangs in the driver, which does not let it end. Restart the machine if that lasts.';
const DOCTOR = 'ringstudio doctor says what was looked for, and where.';
const remedies: Readonly<Record<NvmlLack, string>> = {
  addon: `In a clone of the repository, npm run build:native builds it. ${DOCTOR}`,
  library: `NVIDIA's driver brings it. ${DOCTOR}`,
  driver: 'nvidia-smi and ringstudio doctor say the same; restart the machine after an update of the driver.',
};
const subjects: Readonly<Record<NvmlLack, string>> = {
  addon: 'The native addon, which asks NVML, is missing',
  library: 'NVML was not found',
  driver: 'NVML cannot be used',
};

/** Why a reader reads no more. */
type ReaderEnd = Extract<GpuReading, { kind: 'absent' }> | { readonly kind: 'lost'; readonly reason: string };

/** The figures of GPUs, read once a second while somebody watches, by a process that may be lost. */
export class GpuFeed implements AsyncDisposable {
  readonly #start: () => NvmlReader;
  readonly #bell = new Bell();
  #reading: GpuReading = { kind: 'starting' };
  #publishedAtMs = 0;
  /** Of those who watch now. */
  #last: GpuSample | null = null;
  #reader: NvmlReader | undefined;
  #watchers = 0;
  #lingering: NodeJS.Timeout | undefined;
  /** Of the reading that goes on; aborted when nobody watches any more. */
  #stop: AbortController | undefined;
  #work: Promise<void> = Promise.resolve();
  #isDisposed = false;

  constructor(start: () => NvmlReader) {
    this.#start = start;
  }

  /** What is known now, and whenever that changes; who is slow gets the latest. */
  async *stream(signal: AbortSignal): AsyncGenerator<GpuReading, void> {
    this.#enter();
    try {
      let given: GpuReading | undefined;
      while (!signal.aborted && !this.#isDisposed) {
        if (given === this.#reading) await this.#bell.wait(signal);
        else yield this.#tell((given = this.#reading));
      }
    } finally {
      this.#leave();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#lingering);
    this.#stop?.abort();
    this.#bell.ring();
    await this.#work;
  }

  #enter(): void {
    this.#watchers += 1;
    clearTimeout(this.#lingering);
    if (this.#stop !== undefined || this.#isDisposed) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#reading = { kind: 'starting' };
    // What is read for those who watched before must have ended.
    this.#work = this.#work.then(() => this.#read(stop.signal));
  }

  #leave(): void {
    this.#watchers -= 1;
    if (this.#watchers > 0 || this.#isDisposed) return;
    this.#lingering = setTimeout(() => {
      this.#stop?.abort();
      this.#stop = undefined;
    }, LINGER_MS);
  }

  /** To one who may have come later than the reading. */
  #tell(reading: GpuReading): GpuReading {
    if (reading.kind !== 'stale' || reading.retryInMs === null) return reading;
    return { ...reading, retryInMs: Math.max(0, reading.retryInMs - (performance.now() - this.#publishedAtMs)) };
  }

  #publish(reading: GpuReading): void {
    this.#reading = reading;
    this.#publishedAtMs = performance.now();
    this.#bell.ring();
  }

  /** One reader after the other. */
  async #read(stop: AbortSignal): Promise<void> {
    this.#last = null;
    let retryInMs = FIRST_RETRY_MS;
    while (!isOver(stop)) {
      await this.#waitForRelease(stop);
      if (isOver(stop)) return;
      const beganAtMs = performance.now();
      const end = await this.#readOnce(stop);
      if (isOver(stop)) return;
      if (end.kind === 'absent') return this.#publish(end);
      if (performance.now() - beganAtMs >= SOUND_AFTER_MS) retryInMs = FIRST_RETRY_MS;
      this.#publish({ kind: 'stale', sample: this.#last, reason: end.reason, retryInMs });
      await pause(retryInMs, stop);
      retryInMs = Math.min(2 * retryInMs, LONGEST_RETRY_MS);
    }
  }

  /** With one reader, until it ends or `stop`. */
  async #readOnce(stop: AbortSignal): Promise<ReaderEnd> {
    const reader = this.#start();
    this.#reader = reader;
    const kill = (): void => reader.kill();
    stop.addEventListener('abort', kill);
    try {
      return await this.#readWith(reader, stop);
    } finally {
      stop.removeEventListener('abort', kill);
      kill();
    }
  }

  async #readWith(reader: NvmlReader, stop: AbortSignal): Promise<ReaderEnd> {
    let answer = await reader.open();
    while (answer.kind === 'opened' || answer.kind === 'sample') {
      const askedAtMs = performance.now();
      answer = await reader.sample();
      if (answer.kind !== 'sample' || isOver(stop)) break;
      const { sample } = answer;
      if (sample.devices.length === 0) {
        return { kind: 'absent', reason: 'NVML is there, and knows no GPU.', remedy: remedies.driver };
      }
      this.#last = sample;
      this.#publish({ kind: 'live', sample });
      await pause(SAMPLE_EVERY_MS - (performance.now() - askedAtMs), stop);
    }
    return describeEnd(answer);
  }

  /** A process that waits in the driver cannot be ended, and another one would only wait beside it. */
  async #waitForRelease(stop: AbortSignal): Promise<void> {
    const reader = this.#reader;
    if (reader === undefined) return;
    const isDone = (): boolean => reader.isGone || isOver(stop);
    if (!isDone()) await Promise.race([reader.gone, pause(RELEASE_MS, stop)]);
    if (isDone()) return;
    this.#publish({ kind: 'stale', sample: this.#last, reason: HELD, retryInMs: null });
    await Promise.race([reader.gone, aborted(stop)]);
  }
}

/** Asked anew each time: it changes while others are waited for. */
function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function absent(lack: NvmlLack, reason: string): ReaderEnd {
  return { kind: 'absent', reason: `${subjects[lack]}: ${reason}.`, remedy: remedies[lack] };
}

function describeEnd(answer: NvmlAnswer): ReaderEnd {
  switch (answer.kind) {
    case 'absent':
      return absent(answer.lack, answer.reason);
    case 'failed':
      return { kind: 'lost', reason: `NVML does not tell its devices: ${answer.reason}.` };
    case 'ended':
      return { kind: 'lost', reason: `The process that reads NVML ${answer.how}.` };
    case 'ready':
    case 'opened':
    case 'sample':
      return { kind: 'lost', reason: 'Nobody looks.' };
  }
}
