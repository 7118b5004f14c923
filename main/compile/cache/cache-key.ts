import { createHash } from 'node:crypto';
import { flagsFingerprint } from '../clang/arguments.ts';
import { clangVersion } from '../clang/clang-version.ts';
import type { VirtualFiles } from '../clang/tool-run.ts';
import { generatorVersion } from '../generate-unit.ts';
import type { SourceTree } from '../sources/source-tree.ts';

/** Raised when what is cached, or what the pipeline makes of the same input, changes. */
const formatVersion = 5;

/** What compiled code depends on besides the user's sources. */
export function toolchainHash(headers: VirtualFiles, buildId: string): string {
  const hash = createHash('sha256');
  for (const part of [formatVersion, generatorVersion, buildId, clangVersion(), flagsFingerprint])
    update(hash, `${part}`);
  for (const path of Object.keys(headers).sort()) update(hash, path, headers[path]!);
  return hash.digest('hex');
}

/** The key of a program's object code. The place of the project folder does not matter, the main file's path in it does. */
export function unitKey(tree: SourceTree, toolchain: string): string {
  const hash = createHash('sha256');
  update(hash, toolchain, tree.main);
  for (const path of [...tree.files.keys()].sort()) update(hash, path, tree.files.get(path)!.text);
  return hash.digest('hex');
}

export function imageKey(unit: string, base: number): string {
  return hashOf([unit, `${base}`]);
}

/** Of a list of parts. */
export function hashOf(parts: Iterable<string>): string {
  const hash = createHash('sha256');
  update(hash, ...parts);
  return hash.digest('hex');
}

/** With lengths, so that no two lists of parts run together alike. */
function update(hash: ReturnType<typeof createHash>, ...parts: readonly (string | Uint8Array)[]): void {
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
}
