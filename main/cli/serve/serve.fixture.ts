import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import type { FileState, ProjectEvent, ProjectSnapshot } from '../../../app/contract/project.ts';
import type { OutputBatch } from '../../../app/contract/run.ts';
import type { StudioRouter } from '../../../app/contract/router.ts';
import { packageRoot } from '../../host/package-root.ts';

const cli = join(packageRoot(import.meta.url), 'dist', 'cli.js');
export const token = 'a-token-of-some-length';

/** Folders of its own, with pages and a project, and the processes that were started there. */
export class Place implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringstudio-serve-'));
  readonly project = join(this.folder, 'project');
  readonly #running = new Set<ChildProcess>();

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
    this.#running.add(child);
    return child;
  }

  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function urlOf(child: ChildProcess): Promise<URL> {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return new URL(text.trim());
}

/** A window on the served project. */
export class Window implements AsyncDisposable {
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

  /** Calls back with every event from now on; a snapshot is the first. */
  follow(onEvent: (event: ProjectEvent) => void): void {
    const { projectId } = this;
    this.studio.projects.events.subscribe(
      { projectId },
      { onData: ({ data }) => onEvent(data), onError: () => undefined },
    );
  }

  snapshot(): Promise<ProjectSnapshot> {
    return new Promise((resolve) => {
      this.follow((event) => {
        if (event.type === 'snapshot') resolve(event.snapshot);
      });
    });
  }

  /** The first batch of outputs. */
  outputs(): Promise<OutputBatch> {
    const { projectId } = this;
    return new Promise((resolve, reject) => {
      this.studio.telemetry.outputs.subscribe({ projectId }, { onData: resolve, onError: reject });
    });
  }

  async file(path: string): Promise<FileState> {
    const found = (await this.snapshot()).files.find((file) => file.path === path);
    if (found === undefined) throw new Error(`no file '${path}'`);
    return found;
  }

  async type(path: string, text: string): Promise<void> {
    const { version: baseVersion } = await this.file(path);
    const edit = { projectId: this.projectId, path, text, baseVersion, clientId: 'window' };
    const { kind } = await this.studio.files.edit.mutate(edit);
    if (kind !== 'accepted') throw new Error(`the edit was ${kind}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket.close();
  }
}
