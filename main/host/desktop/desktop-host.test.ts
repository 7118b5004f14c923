import { EventEmitter, once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FileState, ProjectSummary } from '../../../app/contract/project.ts';
import type { MessagePortLike } from '../../transport/port/port-connection.ts';
import { HostFixture } from '../studio/studio-host.fixture.ts';
import type { HostMessage, HostRequest } from './control.ts';
import { runDesktopHost } from './desktop-host.ts';

/** The main process, as the host sees it. */
class FakeParent extends EventEmitter<{ message: [{ data: unknown; ports: readonly MessagePortLike[] }] }> {
  readonly said: HostMessage[] = [];
  readonly warnings: string[] = [];
  readonly ended: Promise<number>;
  #onEnded: (exitCode: number) => void = () => undefined;
  #id = 0;

  constructor() {
    super();
    this.ended = new Promise((resolve) => (this.#onEnded = resolve));
  }

  postMessage(message: HostMessage): void {
    this.said.push(structuredClone(message));
  }

  run(): Promise<void> {
    return runDesktopHost({
      parent: this,
      onWarning: (message) => this.warnings.push(message),
      onEnded: this.#onEnded,
    });
  }

  send(data: unknown, ports: readonly MessagePort[] = []): void {
    const given = ports.map((port) => ({
      on: (event: string, listener: (event: { data: unknown }) => void) =>
        port.on(event as 'message', (value: unknown) => listener({ data: value })),
      postMessage: (message: unknown) => port.postMessage(message),
      start: () => port.start(),
      close: () => port.close(),
    }));
    this.emit('message', { data, ports: given });
  }

  async ask(kind: Exclude<HostRequest['kind'], 'connect'>): Promise<Extract<HostMessage, { kind: 'answer' }>> {
    const id = ++this.#id;
    this.send({ kind, id } satisfies HostRequest);
    const found = () => this.said.find((message) => message.kind === 'answer' && message.id === id);
    await expect.poll(found, { timeout: 20_000 }).toBeDefined();
    return found() as Extract<HostMessage, { kind: 'answer' }>;
  }

  /** A call of a window, over a port of its own. */
  async call<T = void>(method: 'query' | 'mutation', path: string, input?: unknown): Promise<T> {
    const { port1, port2 } = new MessageChannel();
    this.send({ kind: 'connect' }, [port1]);
    port2.postMessage(JSON.stringify({ id: 1, jsonrpc: '2.0', method, params: { path, input } }));
    const [reply] = (await once(port2, 'message')) as [string];
    port2.close();
    return (JSON.parse(reply) as { result: { data: T } }).result.data;
  }
}

let folders: HostFixture;

beforeEach(() => {
  folders = new HostFixture();
  vi.stubEnv('RINGSTUDIO_STATE_DIR', join(folders.folder, 'desktop-state'));
  vi.stubEnv('RINGSTUDIO_PROJECTS_DIR', join(folders.folder, 'projects'));
});

afterEach(() => folders[Symbol.asyncDispose]());

describe('the host under the desktop', () => {
  test('is ready, serves windows by ports, and tells what is open', async () => {
    const parent = new FakeParent();
    await parent.run();
    expect(parent.said).toEqual([{ kind: 'ready' }]);
    const {
      id: projectId,
      dir,
      name,
    } = await parent.call<ProjectSummary>('mutation', 'projects.openSample', 'vector_add');
    expect(await parent.ask('open-work')).toMatchObject({ work: [] });
    expect((await parent.ask('recent')).recent).toEqual([{ name, dir }]);

    const path = 'vector_add.cu';
    const text = `// changed\n${readFileSync(join(dir, path), 'utf8')}`;
    const edit = { projectId, path, text, clientId: 'w' };
    const outdated = { ...edit, baseVersion: 0 };
    const { file } = await parent.call<{ file: FileState }>('mutation', 'files.edit', outdated);
    await parent.call('mutation', 'files.edit', { ...edit, baseVersion: file.version });
    expect((await parent.ask('open-work')).work).toEqual([{ name, dir, unsaved: [path], isRunning: false }]);
    expect(await parent.ask('save-all')).toEqual({ kind: 'answer', id: 4 });
    expect(readFileSync(join(dir, path), 'utf8')).toBe(text);
    await parent.call('mutation', 'run.start', { projectId });
    expect((await parent.ask('open-work')).work).toEqual([{ name, dir, unsaved: [], isRunning: true }]);

    await parent.ask('end');
    expect(await parent.ended).toBe(0);
    expect(parent.warnings).toEqual([]);
  });

  test('a second one on the same state says so, and ends; when the first is gone there is room again', async () => {
    const [first, second, third] = [new FakeParent(), new FakeParent(), new FakeParent()];
    await first.run();
    vi.spyOn(process, 'pid', 'get').mockReturnValue(process.ppid); // as if it were another process
    await second.run();
    expect(await second.ended).toBe(1);
    expect(second.said).toMatchObject([{ kind: 'failed', failure: { code: 'StudioRunning' } }]);
    vi.restoreAllMocks();
    await first.ask('end');
    await third.run();
    expect(third.said).toEqual([{ kind: 'ready' }]);
    await third.ask('end');
  });

  test('a state folder that cannot be used is named in words, with what to do', async () => {
    const file = join(folders.folder, 'a file');
    writeFileSync(file, '');
    for (const [state, reason] of [
      [file, 'a file has its name'],
      [join(file, 'state'), 'a part of the path is a file'],
    ] as const) {
      vi.stubEnv('RINGSTUDIO_STATE_DIR', state);
      const parent = new FakeParent();
      await parent.run();
      expect(await parent.ended).toBe(1);
      const failure = {
        code: 'StateFolderUnusable',
        message: `the folder for drafts and settings, '${state}', cannot be used: ${reason}.`,
        tip: expect.stringContaining('RINGSTUDIO_STATE_DIR') as string,
      };
      expect(parent.said).toEqual([{ kind: 'failed', failure }]);
    }
  });

  test('what the main process never asks is said in the log, and nothing else happens', async () => {
    const parent = new FakeParent();
    await parent.run();
    for (const bad of [undefined, null, 7, 'end', {}, { kind: 'end' }, { kind: 'open-work', id: 1, more: true }]) {
      parent.send(bad);
    }
    expect(parent.warnings).toHaveLength(7);
    expect(await parent.ask('open-work')).toMatchObject({ work: [] });
    await parent.ask('end');
  });
});
