/** What scripts/bench.mjs passes to a benchmark. */
export interface BenchContext {
  readonly args: readonly string[];
  readonly print: (line: string) => void;
  /** Prints one measurement and keeps it for dist/bench/<name>.json. */
  readonly record: (measurement: Measurement) => void;
}

interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note?: string;
}
