/// <reference lib="dom" />
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';
import { createTRPCClient, createWSClient, wsLink, type TRPCClient } from '@trpc/client';
import { WebSocket } from 'ws';

import type { StudioRouter } from '../app/contract/router.ts';
import { chromiumArguments } from '../e2e/fixtures/chromium-arguments.ts';
import { benchCache, root } from './studio.ts';

export type Client = TRPCClient<StudioRouter>;

/** `ringstudio serve` in folders of its own, and a client that talks to it as a window does. */
export class ServedStudio implements AsyncDisposable {
  readonly folder: string;
  readonly url: string;
  readonly client: Client;
  readonly #child: ChildProcess;
  readonly #socket: ReturnType<typeof createWSClient>;

  private constructor(folder: string, url: string, child: ChildProcess) {
    const { host, searchParams } = new URL(url);
    this.folder = folder;
    this.url = url;
    this.#child = child;
    this.#socket = createWSClient({
      url: `ws://${host}/trpc?token=${searchParams.get('token') ?? ''}`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    this.client = createTRPCClient<StudioRouter>({ links: [wsLink({ client: this.#socket })] });
  }

  static async start(folder: string = newFolder()): Promise<ServedStudio> {
    const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'serve', '--no-open', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        ...process.env,
        RINGSTUDIO_STATE_DIR: join(folder, 'state'),
        RINGSTUDIO_PROJECTS_DIR: join(folder, 'projects'),
        RINGSTUDIO_CACHE_DIR: join(folder, 'cache'),
      },
    });
    const url = await new Promise<string>((found, failed) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [match] = /http:\/\/\S+/.exec(line) ?? [];
        if (match !== undefined) found(match);
      });
      child.on('exit', () => failed(new Error('the host ended')));
    });
    return new ServedStudio(folder, url, child);
  }

  /** Opens and starts a project; agrees to run what was written here. */
  async run(dir: string): Promise<string> {
    const { id: projectId } = await this.client.projects.open.mutate(dir);
    const first = await this.client.run.start.mutate({ projectId });
    const result =
      first.kind === 'consent'
        ? await this.client.run.start.mutate({ projectId, agreedHash: first.request.hash })
        : first;
    if (result.kind !== 'started') throw new Error(`not started: ${JSON.stringify(result)}`);
    return projectId;
  }

  /** The window's address for a project. */
  projectUrl(projectId: string): string {
    return `${new URL(this.url).origin}/#/project/${projectId}`;
  }

  async end(): Promise<void> {
    await this.#socket.close();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function newFolder(): string {
  mkdirSync(benchCache, { recursive: true });
  return mkdtempSync(join(benchCache, 'studio-'));
}

/** A chain: what is sent to `relay_0` visits every actor and leaves the topology at the end. */
export function writeChain(folder: string, name: string, actorCount: number): string {
  const dir = join(folder, name);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'relay.cu'), relaySource(0));
  const ids = Array.from({ length: actorCount }, (_, index) => `relay_${index}`);
  const topology = {
    version: 1,
    name: `Chain of ${actorCount}`,
    actors: ids.map((id) => ({ id, kernel: 'relay', source: 'relay.cu', queue: { capacity: 64, outbox: 64 } })),
    channels: ids.slice(1).map((id, index) => ({ from: `relay_${index}.next`, to: id })),
  };
  writeFileSync(join(dir, 'topology.ring.json'), JSON.stringify(topology));
  return dir;
}

/** `shift` tells versions apart. */
export function relaySource(shift: number): string {
  return `#include <ring_kernel.cuh>

struct Tick { int32_t hops; };
struct Question { int32_t value; };
struct Answer { int32_t value; };
struct Seen { uint64_t count; };

RING_KERNEL(relay, Seen);
RING_OUTPUT(relay, next, Tick);

RING_ON(relay, Tick) {
  state.count += 1;
  ctx.emit(next, Tick{msg.hops + 1});
}

RING_ON(relay, Question) { ctx.reply(Answer{msg.value + ${shift}}); }
`;
}

/** `scripts/bench.mjs` names the browser; without one it is Playwright's own. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env['RINGSTUDIO_CHROMIUM'];
  const args = [...chromiumArguments, '--enable-precise-memory-info'];
  return chromium.launch({ args, ...(executablePath === undefined ? {} : { executablePath }) });
}

/** Opens the address that lets the browser in, then the project. */
export async function openWindow(browser: Browser, studio: ServedStudio, projectId: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(studio.url);
  await page.goto(studio.projectUrl(projectId));
  await page.getByRole('navigation', { name: 'Layout' }).waitFor();
  return page;
}

export interface Frames {
  readonly perSecond: number;
  readonly over50Ms: number;
  readonly longestMs: number;
  /** Share of the time in which the page's main thread was busy. */
  readonly mainThreadShare: number;
}

/** Watches the page's frames for a while. */
export async function watchFrames(page: Page, durationMs: number): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const busyBefore = await taskSeconds(session);
  const frames = await page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const intervals: number[] = [];
        const startedAt = performance.now();
        let last = startedAt;
        const next = (now: number): void => {
          intervals.push(now - last);
          last = now;
          if (now - startedAt < ms) requestAnimationFrame(next);
          else resolve(intervals.slice(1));
        };
        requestAnimationFrame(next);
      }),
    durationMs,
  );
  const busy = (await taskSeconds(session)) - busyBefore;
  await session.detach();
  const total = frames.reduce((sum, ms) => sum + ms, 0);
  return {
    perSecond: (frames.length * 1000) / total,
    over50Ms: frames.filter((ms) => ms > 50).length,
    longestMs: Math.max(...frames),
    mainThreadShare: (busy * 1000) / total,
  };
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

/** Live objects of the page's heap after a collection, in MiB. */
export async function heapMiB(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1_048_576;
}
