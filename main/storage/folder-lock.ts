import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const schema = z.object({ pid: z.int(), alive: z.string(), host: z.string().optional(), port: z.int().optional() });

/** Whoever uses the folder, and where it can be reached. */
export type Owner = z.infer<typeof schema>;

/** A socket's path may have about a hundred bytes. */
const LONGEST_PATH = 100;

/**
 * A folder that one process uses at a time. Its owner listens at an address that dies with it (a local socket, a named
 * pipe on Windows): what a killed process left behind does not count, even when its number belongs to another by now.
 */
export class FolderLock implements AsyncDisposable {
  readonly #path: string;
  readonly #owner: Owner;
  readonly #server: Server;

  private constructor(path: string, owner: Owner, server: Server) {
    this.#path = path;
    this.#owner = owner;
    this.#server = server;
  }

  /** Takes the folder, or says who has it. */
  static async take(folder: string): Promise<FolderLock | Owner> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'studio.lock');
    const { server, address } = await listenSomewhere(aliveAddresses(folder));
    const owner: Owner = { pid: process.pid, alive: address };
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        if (await create(path, owner)) return new FolderLock(path, owner, server);
        const other = await readOwner(path);
        if (other !== undefined && (await accepts(other.alive))) {
          server.close();
          return other;
        }
        await rm(path, { force: true });
      }
    } catch (error) {
      server.close();
      throw error;
    }
    server.close();
    throw new Error(`'${path}' appears again each time that it is removed`);
  }

  /** Lets others know where the owner can be reached by people. */
  async announce(address: { readonly host: string; readonly port: number }): Promise<void> {
    await writeFile(this.#path, JSON.stringify({ ...this.#owner, ...address } satisfies Owner));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { force: true });
    await new Promise((closed) => this.#server.close(closed));
  }
}

/** Of this process alone: two that want the folder at once do not take each other's address. */
function aliveAddresses(folder: string): readonly string[] {
  const name = `${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12)}-${process.pid}`;
  if (process.platform === 'win32') return [`\\\\.\\pipe\\ringstudio-${name}`];
  const beside = join(resolve(folder), `studio-${process.pid}.sock`);
  const elsewhere = join(tmpdir(), `ringstudio-${name}.sock`);
  return Buffer.byteLength(beside) <= LONGEST_PATH ? [beside, elsewhere] : [elsewhere];
}

/** Some file systems (of a network, of another machine's) hold no sockets. */
async function listenSomewhere(addresses: readonly string[]): Promise<{ server: Server; address: string }> {
  for (const address of addresses.slice(0, -1)) {
    const server = await listenAt(address).catch(() => undefined);
    if (server !== undefined) return { server, address };
  }
  const address = addresses.at(-1) ?? '';
  return { server: await listenAt(address), address };
}

async function listenAt(address: string): Promise<Server> {
  // Of an earlier process with this number, which is gone. A pipe leaves nothing behind.
  if (process.platform !== 'win32') await rm(address, { force: true });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(address, () => {
      server.off('error', failed);
      listening();
    });
  });
  return server.unref();
}

async function create(path: string, owner: Owner): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(owner));
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

/** Somebody listens at the address. */
function accepts(address: string): Promise<boolean> {
  return new Promise((answered) => {
    const socket = connect(address);
    const answer = (isThere: boolean): void => {
      socket.destroy();
      answered(isThere);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
