/** What a `__global__` function needs on one architecture, as `ptxas -v` tells it. */
export interface EntryUsage {
  readonly entry: string;
  /** `sm_80`. */
  readonly architecture: string;
  /** Of a thread; of the functions that the entry calls the largest need is in it. */
  readonly registers: number;
  /** Bytes that registers are stored to memory for, in the entry and in all functions that it calls. */
  readonly spillBytes: number;
  readonly stackBytes: number;
  /** Static `__shared__` memory. */
  readonly sharedBytes: number;
}

/**
 * Reads the messages of `ptxas -v`. An entry comes with its own figures first, then with those of the functions that it
 * calls.
 */
export function readPtxasReport(text: string): readonly EntryUsage[] {
  return text.split(/^(?=ptxas info\s*: Compiling entry function)/m).flatMap(readEntry);
}

function readEntry(section: string): EntryUsage[] {
  const heading = /^ptxas info\s*: Compiling entry function '(\w+)' for '(\w+)'/.exec(section);
  const used = /Used (\d+) registers/.exec(section)?.[1];
  const [, entry, architecture] = heading ?? [];
  if (entry === undefined || architecture === undefined) return [];
  if (used === undefined) throw new Error(`ptxas does not say what ${entry} uses on ${architecture}:\n${section}`);
  const spills = [...section.matchAll(/(\d+) bytes spill stores/g)].map(([, bytes]) => Number(bytes));
  return [
    {
      entry,
      architecture,
      registers: Number(used),
      spillBytes: spills.reduce((sum, bytes) => sum + bytes, 0),
      stackBytes: Number(/(\d+) bytes cumulative stack size/.exec(section)?.[1] ?? 0),
      sharedBytes: Number(/(\d+) bytes smem/.exec(section)?.[1] ?? 0),
    },
  ];
}
