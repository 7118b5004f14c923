import { createReadStream } from 'node:fs';
import { basename, isAbsolute } from 'node:path';

/** The entry point that tests set the stand-in by (native/test/stand-in/ring_standin.h). No library of NVIDIA's has it. */
const MARK = 'ring_standin_set';

/** Whether a driver is the project's own, for tests: by the name of its devices, and, should somebody change that, by its file. */
export async function isStandInDriver(path: string, deviceName: string | null): Promise<boolean> {
  return deviceName?.startsWith('Stand-in') === true || (await isStandInLibrary(path));
}

/** Drivers are large, and each is read once. */
const known = new Map<string, Promise<boolean>>();

/** By what the file of a driver or of NVRTC holds. */
export function isStandInLibrary(path: string): Promise<boolean> {
  // What the loader has found by its name alone is not to be read here.
  if (!isAbsolute(path) && basename(path) === path) return Promise.resolve(false);
  const found = known.get(path) ?? hasMark(path);
  known.set(path, found);
  return found;
}

async function hasMark(path: string): Promise<boolean> {
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      const bytes = Buffer.concat([tail, chunk as Buffer]);
      if (bytes.includes(MARK)) return true;
      tail = bytes.subarray(-MARK.length);
    }
  } catch {
    // It was opened a moment ago, so it is a library; which one is not known.
  }
  return false;
}
