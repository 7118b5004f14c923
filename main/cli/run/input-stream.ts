import { constants, createReadStream, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

import { checkFile, unreadable } from '../project/text-file.ts';

/**
 * Opens a file or a named pipe, so that what cannot be read is known before anything runs. Destroying the stream lets the
 * process end at once.
 *
 * @throws StudioError `FileNotFound`, `NotAFile`, `FileUnreadable`
 */
export async function openInputStream(path: string, cwd: string): Promise<Readable> {
  await checkFile(path, cwd, { isStream: true });
  const absolute = resolve(cwd, path);
  try {
    return (await stat(absolute)).isFIFO() ? openPipe(absolute) : await openFile(absolute);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Neither opening nor reading may block a thread: the process would live until someone writes, whatever it was told. */
function openPipe(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // From here on the socket's, which closes it.
  return new Socket({ fd, readable: true, writable: false });
}

function openFile(path: string): Promise<Readable> {
  const stream = createReadStream(path);
  return new Promise((done, fail) => {
    stream.once('open', () => {
      done(stream);
    });
    stream.once('error', fail);
  });
}
