import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { benchCache, root } from './studio.ts';

export interface NativeRingOptions {
  readonly slotBytes: number;
  readonly capacity: number;
  /** Messages that are published together. */
  readonly batch: number;
}

/** Two native threads with a ring each way (bench/native/ring_echo.cc): the ceiling. */
export class NativeRing implements Disposable {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #rate = 1e6;

  constructor(program: string, { slotBytes, capacity, batch }: NativeRingOptions) {
    this.#process = spawn(program, [String(slotBytes), String(capacity), String(batch)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** Messages a second there and back over about `durationMs`, by the rate of the call before. */
  async throughput(durationMs: number): Promise<number> {
    const count = Math.ceil((this.#rate * durationMs) / 1000);
    this.#process.stdin!.write(`${count}\n`);
    const answer = await this.#answers.next();
    this.#rate = (count / Number(answer.value)) * 1e9;
    return this.#rate;
  }

  [Symbol.dispose](): void {
    this.#process.stdin!.end();
  }
}

/** Builds the program once for its source; undefined, and a line that says so, without a compiler. */
export async function buildNativeRing(print: (line: string) => void): Promise<string | undefined> {
  const source = join(root, 'bench', 'native', 'ring_echo.cc');
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const program = join(benchCache, `ring_echo-${hash}`);
  if (existsSync(program)) return program;
  mkdirSync(benchCache, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  try {
    await promisify(execFile)('g++', ['-std=c++17', '-O2', '-pthread', source, '-o', unfinished]);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    print(`skipped: native ring (${isMissing ? 'there is no g++ here' : String(error)})`);
    return undefined;
  }
  renameSync(unfinished, program);
  return program;
}
