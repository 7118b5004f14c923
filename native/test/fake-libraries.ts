import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';

export const nativeDir = fileURLToPath(new URL('..', import.meta.url));
const compiler = process.env['CXX'] ?? 'c++';

/** Skips the test where the addon cannot be built; scripts/vitest-setup.mjs builds it, or says what is missing. */
export function needsAddon(context: TestContext): void {
  const reason = process.env['RINGSTUDIO_TEST_NATIVE_MISSING'];
  if (reason !== undefined) context.skip(`no native addon: ${reason}`);
  if (process.platform === 'win32') context.skip('the stand-ins for NVIDIA’s libraries are built on Linux and macOS');
}

/** Stand-ins for NVIDIA's libraries, compiled by the system's compiler into a folder of their own. */
export class FakeLibraries implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringstudio-native-'));
  #count = 0;

  driver(...definitions: readonly string[]): Promise<string> {
    return this.#compile('fake_driver.cc', definitions);
  }

  nvrtc(...definitions: readonly string[]): Promise<string> {
    return this.#compile('fake_nvrtc.cc', definitions);
  }

  nvml(...definitions: readonly string[]): Promise<string> {
    return this.#compile('fake_nvml.cc', definitions);
  }

  /** A file with a library's name and this text. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  filesNamed(prefix: string): readonly string[] {
    return readdirSync(this.folder).filter((name) => name.startsWith(prefix));
  }

  /** A library that exports nothing. */
  async empty(name: string): Promise<string> {
    const path = join(this.folder, name);
    await promisify(execFile)(compiler, ['-shared', '-fPIC', this.file('empty.cc', ''), '-o', path]);
    return path;
  }

  async #compile(source: string, definitions: readonly string[]): Promise<string> {
    const path = join(this.folder, `${source.replace('.cc', '')}_${this.#count++}.so`);
    const flags = ['-std=c++20', '-shared', '-fPIC', ...definitions.map((definition) => `-D${definition}`)];
    await promisify(execFile)(compiler, [...flags, join(nativeDir, 'test', source), '-o', path]);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
