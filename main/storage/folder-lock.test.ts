import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderLock } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringstudio-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockPath = (): string => join(folder, 'studio.lock');

/** Another process that listens at `address` until it is killed. */
async function another(address: string): Promise<{ readonly pid: number; kill(): Promise<void> }> {
  const script = `require('node:net').createServer((s) => s.destroy()).listen(${JSON.stringify(address)}, () => console.log('on'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe('a folder', () => {
  test('is taken by one, and free again afterwards, with nothing left in it', async () => {
    const lock = await FolderLock.take(folder);
    expect(lock).toBeInstanceOf(FolderLock);
    await (lock as FolderLock)[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual([]);
    await using again = (await FolderLock.take(folder)) as FolderLock;
    expect(again).toBeInstanceOf(FolderLock);
  });

  test('that another process has says who that is and where, until it is killed', async () => {
    const alive =
      process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replace(/\W/g, '')}` : join(folder, 'other.sock');
    const other = await another(alive);
    writeFileSync(lockPath(), JSON.stringify({ pid: other.pid, alive, host: '127.0.0.1', port: 7464 }));
    expect(await FolderLock.take(folder)).toEqual({ pid: other.pid, alive, host: '127.0.0.1', port: 7464 });
    await other.kill();
    await using lock = (await FolderLock.take(folder)) as FolderLock;
    expect(lock).toBeInstanceOf(FolderLock);
  });

  test('whose owner is gone is free, even if the number of its process is in use again', async () => {
    writeFileSync(lockPath(), JSON.stringify({ pid: process.ppid, alive: join(folder, 'gone.sock') }));
    await using lock = (await FolderLock.take(folder)) as FolderLock;
    expect(lock).toBeInstanceOf(FolderLock);
  });

  test.each(['', '{', '{"pid":1}', 'null', '[]'])('with a lock that holds %j is free', async (text) => {
    writeFileSync(lockPath(), text);
    await using lock = (await FolderLock.take(folder)) as FolderLock;
    expect(lock).toBeInstanceOf(FolderLock);
    expect(JSON.parse(readFileSync(lockPath(), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  test('whose path is too long for a socket is taken all the same', async () => {
    const deep = join(folder, ...Array.from({ length: 8 }, () => 'a-folder-with-a-long-name'));
    await using lock = (await FolderLock.take(deep)) as FolderLock;
    expect(lock).toBeInstanceOf(FolderLock);
    expect(existsSync(join(deep, 'studio.lock'))).toBe(true);
  });
});
