import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AddonError } from '../bindings/addon-error.ts';
import { nativeDir } from './fake-libraries.ts';

const compiler = process.env['CXX'] ?? 'c++';

/** On the busiest machine. */
export const COMPILE_MS = 300_000;

/** One instance of the driver in native/test/recording, with an account of its own. */
export interface RecordingDriver {
  readonly path: string;
  /** What the driver is to do from now on: lines as recording/driver.cc documents them. */
  control(...lines: readonly string[]): void;
  /** All calls so far, one a line. */
  record(): readonly string[];
  /** Those that begin with one of these names. */
  calls(...names: readonly string[]): readonly string[];
}

/** Compiles the recording driver once, and hands out copies: the loader takes each for a library of its own. */
export class RecordingDrivers implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ringstudio-recording-'));
  #compiled: Promise<string> | undefined;
  #count = 0;

  /** Compiles, where that is possible; `create` does it as well, but tests have less time. */
  async prepare(): Promise<void> {
    if (process.platform !== 'win32' && process.env['RINGSTUDIO_TEST_NATIVE_MISSING'] === undefined)
      await this.create();
  }

  async create(): Promise<RecordingDriver> {
    const path = join(this.#folder, `driver_${this.#count++}.so`);
    copyFileSync(await (this.#compiled ??= this.#compile()), path);
    const record = (): readonly string[] => {
      const file = `${path}.record`;
      return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    };
    return {
      path,
      control: (...lines) => writeFileSync(`${path}.control`, lines.map((line) => `${line}\n`).join('')),
      record,
      calls: (...names) => record().filter((line) => names.some((name) => line.startsWith(`${name} `))),
    };
  }

  async #compile(): Promise<string> {
    const sources = join(nativeDir, 'test', 'recording');
    const files = readdirSync(sources).filter((name) => name.endsWith('.cc'));
    const path = join(this.#folder, 'driver.so');
    const flags = ['-std=c++20', '-shared', '-fPIC', '-fvisibility=hidden', '-o', path];
    await promisify(execFile)(compiler, [...flags, ...files.map((name) => join(sources, name))]);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What a call is refused with. */
export async function refusal(call: Promise<unknown> | (() => unknown)): Promise<AddonError> {
  try {
    await (typeof call === 'function' ? call() : call);
  } catch (error) {
    if (error instanceof AddonError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Shared memory in whole pages, as an arena is. */
export function sharedBytes(pages = 1): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer);
}
