import { StudioError } from '../../../app/base/studio-error.ts';
import { parseJson } from '../../../app/model/json-text.ts';
import { utf8Text } from '../../compile/sources/utf8-error.ts';
import { readNpy, type NpyArray } from './npy.ts';

/** Gives the bytes of a file that somebody has named, or says why it cannot. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** What a data file holds. */
export type FileValues = NpyArray | { readonly value: unknown };

/** @throws StudioError `InvalidNpy`, `BrokenJson`, `NotUtf8`, and what `readFile` throws */
export async function readDataFile(path: string, readFile: ReadFile): Promise<FileValues> {
  const bytes = await readFile(path);
  if (path.endsWith('.npy')) return readNpy(bytes, path);
  const parsed = parseJson({ text: utf8Text(bytes, path), file: path });
  if ('value' in parsed) return { value: parsed.value };
  const { location, message } = parsed.problem;
  throw new StudioError('BrokenJson', `${path}:${location?.line ?? 1}: ${message}`);
}
