import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({ pid: z.int(), host: z.string().optional(), port: z.int().optional() });

/** Whoever uses the folder, and where it can be reached. */
export type Owner = z.infer<typeof schema>;

/** A folder that one process uses at a time. What a killed process left behind does not count. */
export class FolderLock implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Takes the folder, or says who has it. */
  static async take(folder: string): Promise<FolderLock | Owner> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'studio.lock');
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await create(path)) return new FolderLock(path);
      const owner = await readOwner(path);
      if (owner !== undefined && (await isThere(owner))) return owner;
      await rm(path, { force: true });
    }
    throw new Error(`'${path}' appears again each time that it is removed`);
  }

  /** Lets others know where the owner listens. */
  async announce(address: { readonly host: string; readonly port: number }): Promise<void> {
    await writeFile(this.#path, JSON.stringify({ pid: process.pid, ...address } satisfies Owner));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

async function create(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify({ pid: process.pid } satisfies Owner));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined; // gone by now, or half written by a process that died
  }
}

/** A process id may belong to somebody else after a restart of the machine: then nobody listens at the address. */
async function isThere({ pid, host, port }: Owner): Promise<boolean> {
  if (pid === process.pid || !isAlive(pid)) return false;
  return host === undefined || port === undefined || (await accepts(host, port));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
