import type { GpuDevice, GpuReading, GpuSample } from '../../../app/contract/gpu-figures.ts';

export type GpuColumn = 'gpuPercent' | 'memoryPercent' | 'memoryUsedBytes' | 'powerWatts' | 'temperatureCelsius';
const columns: readonly GpuColumn[] = [
  'gpuPercent',
  'memoryPercent',
  'memoryUsedBytes',
  'powerWatts',
  'temperatureCelsius',
];

/** The latest reading, and when this window got it. */
export interface ArrivedReading {
  readonly reading: GpuReading;
  /** Of `performance.now()`: the host's clock may be another one. */
  readonly arrivedAtMs: number;
}

/** Calls back with each reading until it is left. */
export type GpuSource = (onReading: (reading: GpuReading) => void) => { unsubscribe(): void };

/** Ten minutes at one sample a second. */
const CAPACITY = 600;
/** Between samples that are farther apart nobody looked, or nothing was told: lines have a gap there. */
const GAP_MS = 2_500;

/** What is known of GPUs, outside React: read while somebody looks, and ten minutes of it kept. NaN is "unknown". */
export class GpuHistory {
  readonly #source: GpuSource;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #latest: ArrivedReading = { reading: { kind: 'starting' }, arrivedAtMs: 0 };
  #times: number[] = [];
  #values = new Map<string, number[]>();
  #lookers = 0;
  #stream: { unsubscribe(): void } | undefined;

  constructor(source: GpuSource, now: () => number = () => performance.now()) {
    this.#source = source;
    this.#now = now;
  }

  /** Follows the host until what it returns is called, by everybody who looks. */
  look(): () => void {
    this.#lookers += 1;
    if (this.#stream === undefined) {
      this.#set({ kind: 'starting' });
      this.#stream = this.#source((reading) => this.#take(reading));
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#lookers -= 1;
      if (this.#lookers > 0) return;
      this.#stream?.unsubscribe();
      this.#stream = undefined;
    };
  }

  get latest(): ArrivedReading {
    return this.#latest;
  }

  /** `listener` is called after each reading: about once a second. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Times of the samples (Unix ms of the host) from `fromMs` on, and what a device had then. */
  range(
    device: string,
    column: GpuColumn,
    fromMs: number,
  ): { readonly times: readonly number[]; readonly values: readonly number[] } {
    const first = this.#times.findIndex((time) => time >= fromMs);
    if (first < 0) return { times: [], values: [] };
    const values = this.#values.get(keyOf(device, column)) ?? [];
    return { times: this.#times.slice(first), values: values.slice(first) };
  }

  get oldestMs(): number | undefined {
    return this.#times[0];
  }

  #take(reading: GpuReading): void {
    if (reading.kind === 'live') this.#record(reading.sample);
    this.#set(reading);
  }

  #set(reading: GpuReading): void {
    this.#latest = { reading, arrivedAtMs: this.#now() };
    for (const listener of this.#listeners) listener();
  }

  #record({ atMs, devices }: GpuSample): void {
    const last = this.#times.at(-1);
    if (last !== undefined && atMs <= last) return;
    if (last !== undefined && atMs - last > GAP_MS) this.#append(last + 1, []);
    this.#append(atMs, devices);
  }

  #append(atMs: number, devices: readonly GpuDevice[]): void {
    const count = this.#times.push(atMs);
    for (const device of devices) {
      for (const column of columns) {
        const key = keyOf(deviceKey(device), column);
        const values = this.#values.get(key) ?? Array<number>(count - 1).fill(NaN);
        const figure = device[column];
        values.push('value' in figure ? figure.value : NaN);
        this.#values.set(key, values);
      }
    }
    const isFull = count > CAPACITY;
    if (isFull) this.#times.shift();
    for (const values of this.#values.values()) {
      if (values.length < count) values.push(NaN);
      if (isFull) values.shift();
    }
  }
}

/** By which a device is known from one sample to the next: its index may change with the others. */
export function deviceKey({ uuid, index }: GpuDevice): string {
  return 'value' in uuid ? uuid.value : `#${index}`;
}

function keyOf(device: string, column: GpuColumn): string {
  return `${column} ${device}`;
}
