/// <reference lib="dom" />
import { setTimeout as delay } from 'node:timers/promises';

import type { Browser, Page } from '@playwright/test';

import type { BenchContext } from './bench-context.ts';
import { percentile } from './rounds.ts';
import {
  heapMiB,
  openBrowser,
  openWindow,
  relaySource,
  ServedStudio,
  watchFrames,
  writeChain,
} from './studio-window.ts';

export const title = 'the studio in a browser: frames, typing, edit → answer, start, memory, a burst of a million';

const ACTOR_COUNTS = [10, 200, 1000];
const WATCH_MS = 8000;
/** Messages per second into the chain: every actor handles as many. */
const RATE_HZ = 20;
const KEYS = 150;
const EDITS = 25;

/** `--minutes N`: how long the memory is watched, default 1. `--memory`: nothing else. */
export async function run({ args, record }: BenchContext): Promise<void> {
  const minutes = Number(args[args.indexOf('--minutes') + 1] ?? 1) || 1;
  const isMemoryOnly = args.includes('--memory');
  if (!isMemoryOnly) await startUp(record);
  await using studio = await ServedStudio.start();
  const browser = await openBrowser();
  try {
    if (!isMemoryOnly) {
      await typing(studio, browser, record);
      await edits(studio, record);
      await burst(studio, browser, record);
      for (const count of ACTOR_COUNTS) await frames(studio, browser, { count, record });
    }
    await memory(studio, browser, { minutes, record });
  } finally {
    await browser.close();
  }
}

type Record = BenchContext['record'];

/** From the command to a window in which a sample can be chosen, then to that sample running. */
async function startUp(record: Record): Promise<void> {
  const browser = await openBrowser();
  const first = await ServedStudio.start();
  await first.end();
  for (const name of ['cold', 'warm']) {
    const startedAt = performance.now();
    const studio = await ServedStudio.start(first.folder);
    const page = await browser.newPage();
    await page.goto(studio.url);
    const sample = page.getByRole('region', { name: 'Samples' }).getByRole('button', { name: 'Vector add' });
    await sample.waitFor();
    const interactiveMs = performance.now() - startedAt;
    await sample.click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('status', { name: 'Run state: Running' }).waitFor();
    const runningMs = performance.now() - startedAt;
    const note = name === 'cold' ? 'nothing compiled before' : 'program and page cached';
    record({ name: `start → interactive, ${name}`, value: interactiveMs, unit: 'ms', note });
    record({ name: `start → sample runs, ${name}`, value: runningMs, unit: 'ms', note });
    await page.close();
    if (name === 'warm') await studio[Symbol.asyncDispose]();
    else await studio.end();
  }
  await browser.close();
}

async function live(studio: ServedStudio, dir: string): Promise<string> {
  const projectId = await studio.run(dir);
  const message = { to: 'relay_0', type: 'Tick', message: { hops: 0 } };
  await studio.client.inject.burst.mutate({ projectId, ...message, count: 10_000_000, rateHz: RATE_HZ });
  return projectId;
}

async function frames(
  studio: ServedStudio,
  browser: Browser,
  { count, record }: { readonly count: number; readonly record: Record },
): Promise<void> {
  const projectId = await live(studio, writeChain(studio.folder, `chain-${count}`, count));
  const page = await openWindow(browser, studio, projectId);
  await delay(4000);
  for (const layout of ['Design', 'Monitor']) {
    await page.getByRole('navigation', { name: 'Layout' }).getByRole('button', { name: layout }).click();
    await delay(2000);
    const { perSecond, mainThreadShare, longestMs, over50Ms } = await watchFrames(page, WATCH_MS);
    const note =
      `main thread ${(100 * mainThreadShare).toFixed(0)} %, longest ${longestMs.toFixed(0)} ms, ` +
      `${over50Ms} over 50 ms; ${RATE_HZ} msg/s each`;
    record({ name: `${layout}, ${count} actors live`, value: perSecond, unit: 'frames/s', note });
  }
  await page.close();
  await studio.client.run.stop.mutate({ projectId });
}

/** From a key's event to the frame after the text has changed. */
async function typing(studio: ServedStudio, browser: Browser, record: Record): Promise<void> {
  const dir = writeChain(studio.folder, 'typing', 200);
  const { id: projectId } = await studio.client.projects.open.mutate(dir);
  const page = await openWindow(browser, studio, projectId);
  await page.getByRole('navigation', { name: 'Layout' }).getByRole('button', { name: 'Code' }).click();
  await page
    .locator('.monaco-editor textarea, .monaco-editor [contenteditable]')
    .first()
    .waitFor({ state: 'attached' });
  for (const isLive of [false, true]) {
    if (isLive) await live(studio, dir);
    await delay(2000);
    const times = await typeKeys(page);
    const name = isLive ? 'key → frame, 200 actors live' : 'key → frame, nothing runs';
    record({ name: `${name}, p50`, value: percentile(times, 0.5), unit: 'ms', note: `${KEYS} keys` });
    record({ name: `${name}, p95`, value: percentile(times, 0.95), unit: 'ms' });
  }
  await page.close();
  await studio.client.run.stop.mutate({ projectId });
}

async function typeKeys(page: Page): Promise<number[]> {
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+End');
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { keyTimes: times });
    const onKey = (event: KeyboardEvent): void => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel(); // its message comes after the frame is painted
        channel.port1.onmessage = () => times.push(performance.now() - event.timeStamp);
        channel.port2.postMessage(0);
      });
    };
    window.addEventListener('keydown', onKey, { capture: true });
  });
  await page.keyboard.type('// '.padEnd(KEYS, 'abcdefgh '), { delay: 40 });
  await delay(300);
  const times = await page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes);
  return times.toSorted((a, b) => a - b);
}

/** As a window does it: the draft, the save, then requests until the new code answers. */
async function edits(studio: ServedStudio, record: Record): Promise<void> {
  const { client } = studio;
  const projectId = await studio.run(writeChain(studio.folder, 'edits', 10));
  const path = 'relay.cu';
  const times: number[] = [];
  let version = 0;
  const events = client.projects.events.subscribe(
    { projectId },
    {
      onData: ({ data }) => {
        if (data.type === 'snapshot') version = data.snapshot.files.find((file) => file.path === path)?.version ?? 0;
      },
    },
  );
  await delay(1000);
  for (let shift = 1; shift <= EDITS; shift++) {
    const startedAt = performance.now();
    const edit = { projectId, path, text: relaySource(shift), baseVersion: version, clientId: 'bench' };
    const result = await client.files.edit.mutate(edit);
    if (result.kind !== 'accepted') throw new Error('somebody else edits');
    ({ version } = result);
    await client.files.save.mutate({ projectId, paths: [path] });
    const question = { projectId, to: 'relay_0', type: 'Question', message: { value: 1 }, timeoutMs: 5000 };
    for (;;) {
      const { message } = await client.inject.request.mutate(question);
      if ((message as { readonly value: number }).value === 1 + shift) break;
      await delay(1);
    }
    times.push(performance.now() - startedAt);
  }
  events.unsubscribe();
  times.sort((a, b) => a - b);
  const note = `${EDITS} edits of a source that 10 actors run, over the socket`;
  record({ name: 'edit → new code answers, p50', value: percentile(times, 0.5), unit: 'ms', note });
  record({ name: 'edit → new code answers, p95', value: percentile(times, 0.95), unit: 'ms', note: 'goal ≤ 400' });
  await client.run.stop.mutate({ projectId });
}

async function burst(studio: ServedStudio, browser: Browser, record: Record): Promise<void> {
  const projectId = await studio.run(writeChain(studio.folder, 'burst', 10));
  const page = await openWindow(browser, studio, projectId);
  await delay(3000);
  const startedAt = performance.now();
  const message = { to: 'relay_0', type: 'Tick', message: { hops: 0 } };
  await studio.client.inject.burst.mutate({ projectId, ...message, count: 1_000_000 });
  const { longestMs, over50Ms, perSecond } = await watchFrames(page, WATCH_MS);
  const history = await studio.client.telemetry.history.query({ projectId });
  const last = history.at(-1);
  const note =
    `frames over 50 ms; longest ${longestMs.toFixed(0)} ms, ${perSecond.toFixed(0)} frames/s; ` +
    `${last?.processed.at(-1) ?? 0} reached the tenth actor in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  record({ name: 'burst of 1,000,000 messages', value: over50Ms, unit: 'frames', note });
  await page.close();
  await studio.client.run.stop.mutate({ projectId });
}

async function memory(
  studio: ServedStudio,
  browser: Browser,
  { minutes, record }: { readonly minutes: number; readonly record: Record },
): Promise<void> {
  const projectId = await live(studio, writeChain(studio.folder, 'memory', 200));
  const page = await openWindow(browser, studio, projectId);
  await delay(5000);
  const before = await heapMiB(page);
  await delay(minutes * 60_000);
  const note = `after ${minutes} min of streaming 200 actors; ${before.toFixed(1)} MiB at its beginning`;
  record({ name: "page's heap", value: await heapMiB(page), unit: 'MiB', note });
  await page.close();
  await studio.client.run.stop.mutate({ projectId });
}
