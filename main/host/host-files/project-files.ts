import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { StudioError } from '../../../app/base/studio-error.ts';
import {
  isCsv,
  type FileRecord,
  type HostFiles,
  type RecordWriter,
} from '../../../app/runtime/host-actors/host-files.ts';
import { ProjectPlaces } from './project-place.ts';
import { readCsv, readJsonLines } from './read-records.ts';
import { appendToFile, replaceFile } from './record-file.ts';

/** The data files of a project's folder, for host actors. */
export function projectHostFiles(dir: string): HostFiles {
  const places = new ProjectPlaces(dir);
  return {
    read: (path) => read(path, places),
    write: async (path, { mode }): Promise<RecordWriter> => {
      const target = { path, place: await places.writable(path) };
      return mode === 'append' ? appendToFile(target) : replaceFile(target);
    },
  };
}

/**
 * All of a data file of a project.
 *
 * @throws StudioError `FileNotFound`, `PathOutsideProject`, `NotAFile`, `FileUnreadable`
 */
export async function readProjectFile(dir: string, path: string): Promise<Uint8Array> {
  const file = await openFile(path, new ProjectPlaces(dir));
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** What cannot be read is known at once; the file is opened when it is read. */
async function read(path: string, places: ProjectPlaces): Promise<AsyncIterable<FileRecord>> {
  await (await openFile(path, places)).close();
  return {
    async *[Symbol.asyncIterator]() {
      const file = await openFile(path, places);
      yield* isCsv(path) ? readCsv(file, path) : readJsonLines(file, path);
    },
  };
}

async function openFile(path: string, places: ProjectPlaces): Promise<FileHandle> {
  const place = await places.existing(path);
  // A pipe is opened without waiting for who writes to it, and refused.
  const isWindows = process.platform === 'win32';
  const flags = constants.O_RDONLY | (isWindows ? 0 : constants.O_NONBLOCK | constants.O_NOFOLLOW);
  const file = await open(place, flags).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError('FileUnreadable', `'${path}' cannot be read: ${reason}.`, { cause });
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new StudioError('NotAFile', `'${path}' is no file.`, { tip: 'Name another one.' });
}
