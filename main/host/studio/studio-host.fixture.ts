import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileState, ProjectEvent, ProjectSnapshot } from '../../../app/contract/project.ts';
import type { OpenProject } from './project-host.ts';
import { createStudioHost, type NodeStudioHost, type StudioHostOptions } from './studio-host.ts';

/** Hosts over folders of their own, with the real compiler and the CPU device. */
export class HostFixture implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringstudio-host-'));
  readonly #options: StudioHostOptions;
  readonly #stop = new AbortController();
  host: NodeStudioHost;

  constructor(options: StudioHostOptions = {}) {
    this.#options = {
      stateDir: join(this.folder, 'state'),
      projectsDir: join(this.folder, 'projects'),
      runtime: { workers: 1, arenaBytes: 268_435_456, handlerBudgetMs: 500 },
      ...options,
    };
    this.host = createStudioHost(this.#options);
  }

  /** A folder that somebody else has made. */
  folderWith(name: string, files: Readonly<Record<string, string>>): string {
    for (const [path, text] of Object.entries(files)) {
      const absolute = join(this.folder, name, path);
      mkdirSync(dirname(absolute), { recursive: true });
      writeFileSync(absolute, text);
    }
    return join(this.folder, name);
  }

  async openSample(name: string): Promise<OpenProject> {
    return this.host.project((await this.host.openSample(name)).id);
  }

  async open(dir: string): Promise<OpenProject> {
    return this.host.project((await this.host.openProject(dir)).id);
  }

  /** Ends the host in order, and starts another one over the same folders. */
  async restart(): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    this.host = createStudioHost(this.#options);
  }

  async snapshot(project: OpenProject): Promise<ProjectSnapshot> {
    for await (const { event } of project.events(undefined, this.#stop.signal)) {
      if (event.type === 'snapshot') return event.snapshot;
    }
    throw new Error('no snapshot');
  }

  async file(project: OpenProject, path: string): Promise<FileState> {
    const found = (await this.snapshot(project)).files.find((file) => file.path === path);
    if (found === undefined) throw new Error(`no file '${path}'`);
    return found;
  }

  /** Replaces the text of a file as a window does. */
  async edit(project: OpenProject, path: string, change: (text: string) => string): Promise<void> {
    const { text, version } = await this.file(project, path);
    const result = await project.edit({ path, text: change(text), baseVersion: version, clientId: 'window' });
    if (result.kind !== 'accepted') throw new Error(`the edit of '${path}' was outdated`);
  }

  /** Waits for the project to look as it should. */
  async until(
    project: OpenProject,
    isReached: (view: ProjectSnapshot) => boolean,
    what: string,
  ): Promise<ProjectSnapshot> {
    const stop = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(20_000)]);
    let view = await this.snapshot(project);
    for await (const _event of project.events(undefined, stop)) {
      view = await this.snapshot(project);
      if (isReached(view)) return view;
    }
    throw new Error(`not within 20 s: ${what}`);
  }

  /** The first event that fits, from now on. */
  async event(project: OpenProject, isWanted: (event: ProjectEvent) => boolean): Promise<ProjectEvent> {
    const stop = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(20_000)]);
    for await (const { event } of project.events(undefined, stop)) if (isWanted(event)) return event;
    throw new Error('no such event within 20 s');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.host[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
