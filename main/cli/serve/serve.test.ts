import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { FileState } from '../../../app/contract/project.ts';
import type { StudioRouter } from '../../../app/contract/router.ts';
import { packageRoot } from '../../host/package-root.ts';

const cli = join(packageRoot(import.meta.url), 'dist', 'cli.js');
const token = 'a-token-of-some-length';
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** Folders of its own, with pages and a project. */
class Place implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringstudio-serve-'));
  readonly project = join(this.folder, 'project');

  constructor() {
    for (const dir of ['renderer', 'project']) mkdirSync(join(this.folder, dir));
    writeFileSync(join(this.folder, 'renderer/index.html'), '<!doctype html>');
    writeFileSync(join(this.project, 'topology.ring.json'), JSON.stringify({ version: 1, name: 'P', actors: [] }));
    writeFileSync(join(this.project, 'notes.md'), 'saved');
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, [cli, 'serve', '--no-open', ...args], {
      cwd: this.folder,
      env: {
        ...process.env,
        RINGSTUDIO_STATE_DIR: join(this.folder, 'state'),
        RINGSTUDIO_PROJECTS_DIR: join(this.folder, 'projects'),
        RINGSTUDIO_RENDERER_DIR: join(this.folder, 'renderer'),
        ...env,
      },
    });
    running.add(child);
    return child;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function urlOf(child: ChildProcess): Promise<URL> {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return new URL(text.trim());
}

async function endOf(child: ChildProcess): Promise<{ readonly exitCode: number | null; readonly stderr: string }> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stderr };
}

/** A window on the served project. */
class Window implements AsyncDisposable {
  readonly projectId: string;
  readonly #socket;
  readonly studio;

  constructor(url: URL) {
    this.projectId = /^#\/project\/(\w+)$/.exec(url.hash)![1]!;
    this.#socket = createWSClient({
      url: `ws://${url.host}/trpc${url.search}`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    this.studio = createTRPCClient<StudioRouter>({ links: [wsLink({ client: this.#socket })] });
  }

  file(path: string): Promise<FileState> {
    const { projectId } = this;
    return new Promise((resolve, reject) => {
      this.studio.projects.events.subscribe(
        { projectId },
        {
          onData: ({ data }) => {
            const event = data as { type: string; snapshot?: { files: readonly FileState[] } };
            const found = event.snapshot?.files.find((file) => file.path === path);
            if (found !== undefined) resolve(found);
          },
          onError: reject,
        },
      );
    });
  }

  async type(path: string, text: string): Promise<void> {
    const { version: baseVersion } = await this.file(path);
    const edit = { projectId: this.projectId, path, text, baseVersion, clientId: 'window' };
    expect((await this.studio.files.edit.mutate(edit)).kind).toBe('accepted');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket.close();
  }
}

describe('ringstudio serve', () => {
  test('keeps what was typed when it is killed, and has it again at the next start', async () => {
    using place = new Place();
    const args = ['project', '--port', '0', '--token', token];
    const child = place.start(args);
    const url = await urlOf(child);
    {
      await using window = new Window(url);
      await window.type('notes.md', 'typed');
      await new Promise((resolve) => setTimeout(resolve, 500));
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(readFileSync(join(place.project, 'notes.md'), 'utf8')).toBe('saved');
    const again = place.start(args);
    await using window = new Window(await urlOf(again));
    expect(`#/project/${window.projectId}`).toBe(url.hash);
    expect(await window.file('notes.md')).toMatchObject({ text: 'typed', isDirty: true });
  });

  test('ends in order: the last keystroke is kept', async () => {
    using place = new Place();
    const args = ['project/topology.ring.json', '--port', '0', '--token', token];
    const child = place.start(args);
    const ended = endOf(child);
    {
      await using window = new Window(await urlOf(child));
      await window.type('notes.md', 'the last');
      child.kill('SIGTERM');
      expect((await ended).exitCode).toBe(143);
    }
    await using window = new Window(await urlOf(place.start(args)));
    expect(await window.file('notes.md')).toMatchObject({ text: 'the last', isDirty: true });
  });

  test('prints one line, with a token of its own each time', async () => {
    using place = new Place();
    const elsewhere = { RINGSTUDIO_STATE_DIR: join(place.folder, 'other state') };
    const [one, two] = await Promise.all([urlOf(place.start([])), urlOf(place.start([], elsewhere))]);
    expect(one.hostname).toBe('127.0.0.1');
    expect(one.port).not.toBe(two.port);
    for (const url of [one, two]) expect(Buffer.from(url.searchParams.get('token')!, 'base64url')).toHaveLength(32);
    expect(one.searchParams.get('token')).not.toBe(two.searchParams.get('token'));
    expect((await fetch(one.origin)).status).toBe(401);
  });

  test('two do not share the state; one that was killed is in nobody’s way', async () => {
    using place = new Place();
    const first = place.start(['--port', '0']);
    const { port } = await urlOf(first);
    const { exitCode, stderr } = await endOf(place.start(['--port', '0']));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `error: StudioRunning: a studio is running already (process ${first.pid}, at http://127.0.0.1:${port}).`,
    );
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect((await urlOf(place.start(['--port', '0']))).port).not.toBe('');
  });

  test('says what is wrong: the port, the pages, the project, the options', async () => {
    using place = new Place();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const cases = [
      [['--port', `${port}`], {}, 'PortTaken'],
      [[], { RINGSTUDIO_RENDERER_DIR: join(place.folder, 'nowhere') }, 'RendererMissing'],
      [['renderer'], {}, 'NotAProject'],
      [['nothing'], {}, 'FolderNotFound'],
      [['--port', '65536'], {}, 'InvalidOption'],
      [['--token', 'short'], {}, 'InvalidOption'],
    ] as const;
    for (const [args, env, code] of cases) {
      const { exitCode, stderr } = await endOf(place.start(args, env));
      expect([code, exitCode]).toEqual([code, 2]);
      expect(stderr).toContain(`error: ${code}: `);
    }
    taken.close();
  });

  test('warns when the network can reach it', async () => {
    using place = new Place();
    const child = place.start(['--host', '0.0.0.0', '--port', '0']);
    const ended = endOf(child);
    await urlOf(child);
    child.kill('SIGINT');
    expect((await ended).stderr).toMatch(/warning: others in the network can reach the studio/);
    expect((await ended).exitCode).toBe(130);
  });
});
