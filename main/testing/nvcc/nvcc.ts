import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { assertNever } from '../../../app/base/assert-never.ts';
import { readPtxasReport, type EntryUsage } from './ptxas-report.ts';

/** Turing to Blackwell: the oldest that ring kernels run on, and one of each kind since. */
export const ARCHITECTURES = ['75', '80', '89', '90', '100', '120'] as const;

export type NvccResult =
  { readonly ok: true; readonly entries: readonly EntryUsage[] } | { readonly ok: false; readonly output: string };

type PtxResult = { readonly ok: true; readonly ptx: string } | { readonly ok: false; readonly output: string };

export interface NvccInput {
  /** Text of a `.cu` file. */
  readonly text: string;
  readonly includes?: readonly string[];
  /**
   * `machineCode`: compiled for every architecture that nvcc has. `fromOnePtx`: for the oldest one, from whose PTX machine
   * code for each of `ARCHITECTURES` is made, as a driver does it. `ptx`: no machine code.
   */
  readonly to: 'machineCode' | 'fromOnePtx' | 'ptx';
}

interface NvccFound {
  readonly root: string;
  readonly folder: string;
  /** What it says for `--version` and `--list-gpu-code`. */
  readonly version: string;
  readonly codes: string;
}

/** NVIDIA's compiler over the headers as a user's build has them. Texts lie in a temporary folder meanwhile. */
export class Nvcc implements AsyncDisposable {
  readonly release: string;
  /** Of `ARCHITECTURES`, those that it compiles for. */
  readonly architectures: readonly string[];
  /** All that it compiles for, from Turing on. */
  readonly allArchitectures: readonly string[];
  readonly #headers: readonly string[];
  readonly #folder: string;
  readonly #waiting: (() => void)[] = [];
  #free = availableParallelism();
  #inputCount = 0;

  private constructor({ root, folder, version, codes }: NvccFound) {
    const known = [...codes.matchAll(/^sm_(\d+)$/gm)].map(([, number]) => number!);
    this.release = /release ([\d.]+)/.exec(version)?.[1] ?? 'unknown';
    this.architectures = ARCHITECTURES.filter((architecture) => known.includes(architecture));
    this.allArchitectures = known.filter((architecture) => Number(architecture) >= Number(ARCHITECTURES[0]));
    this.#headers = ['actor', 'abi', 'cuda'].map((name) => join(root, 'kernels', name));
    this.#folder = folder;
  }

  /** A reason where there is none. */
  static async find(root: string): Promise<Nvcc | string> {
    const run = (args: readonly string[]) => promisify(execFile)('nvcc', [...args]);
    try {
      const { stdout: version } = await run(['--version']);
      const { stdout: codes } = await run(['--list-gpu-code']);
      return new Nvcc({ root, folder: await mkdtemp(join(tmpdir(), 'ringstudio-nvcc-')), version, codes });
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      return isMissing ? 'there is no nvcc here' : `nvcc does not work: ${String(error)}`;
    }
  }

  /** Warnings are errors. As many run at a time as there are cores. */
  async compile(input: NvccInput): Promise<NvccResult> {
    return this.#compileIn(await this.#newFolder(), input);
  }

  /** What is made of it for the oldest architecture. */
  async compileToPtx(input: Omit<NvccInput, 'to'>): Promise<PtxResult> {
    const folder = await this.#newFolder();
    const result = await this.#compileIn(folder, { ...input, to: 'ptx' });
    return result.ok ? { ok: true, ptx: await readFile(join(folder, 'unit.out'), 'utf8') } : result;
  }

  async #newFolder(): Promise<string> {
    const folder = join(this.#folder, String(this.#inputCount++));
    await mkdir(folder);
    return folder;
  }

  async #compileIn(folder: string, { text, includes = [], to }: NvccInput): Promise<NvccResult> {
    const source = join(folder, 'unit.cu');
    await writeFile(source, text);
    const args = [
      ...['-std=c++17', '-Werror', 'all-warnings', '-Xptxas', '-v', '-o', join(folder, 'unit.out')],
      ...[...this.#headers, ...includes].flatMap((path) => ['-I', path]),
      ...this.#targets(to),
      source,
    ];
    return this.#inTurn(() => run(args));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #targets(to: NvccInput['to']): readonly string[] {
    const [oldest = ARCHITECTURES[0]] = this.architectures;
    switch (to) {
      case 'machineCode': {
        const targets = this.allArchitectures.map((number) => `arch=compute_${number},code=sm_${number}`);
        return ['-fatbin', ...targets.flatMap((target) => ['-gencode', target])];
      }
      case 'fromOnePtx': {
        const codes = this.architectures.map((number) => `sm_${number}`);
        return ['-fatbin', '-gencode', `arch=compute_${oldest},code=[${codes.join(',')}]`];
      }
      case 'ptx':
        return ['-ptx', `-arch=sm_${oldest}`];
      default:
        return assertNever(to);
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

function run(args: readonly string[]): Promise<NvccResult> {
  return new Promise((resolve) => {
    execFile('nvcc', [...args], { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (error === null) resolve({ ok: true, entries: readPtxasReport(output) });
      else resolve({ ok: false, output: output === '' ? error.message : output });
    });
  });
}
