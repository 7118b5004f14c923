import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { StudioError } from '../../../app/base/studio-error.ts';
import { bundleSuffix, decodeBundle, mostBundleBytes, type BundleFile } from './bundle.ts';
import type { FoundBundle } from './bundled-compiler.ts';

/** The bundles that lie in a folder itself, by name. Links are passed over: they may lead out of a project. */
export async function readBundleFiles(folder: string): Promise<readonly BundleFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(bundleSuffix)).map(({ name }) => name);
  return (await Promise.all(names.toSorted().map((name) => readBundleFile(join(folder, name))))).flat();
}

/** None where there is no such file. */
export async function readBundleFile(path: string): Promise<readonly BundleFile[]> {
  const name = basename(path);
  try {
    // One that is too large is no bundle, whatever it holds.
    const isTooLarge = (await stat(path)).size > mostBundleBytes;
    return [{ name, bytes: isTooLarge ? new Uint8Array() : await readFile(path) }];
  } catch {
    return [];
  }
}

export async function openBundle(file: BundleFile): Promise<FoundBundle> {
  try {
    return { name: file.name, bundle: await decodeBundle(file) };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return { name: file.name, bundle: error };
  }
}

/** The old one or the new one is there at every moment. */
export async function writeBundleFile(path: string, bytes: Uint8Array): Promise<void> {
  await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
