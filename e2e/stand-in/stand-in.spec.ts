import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test';

import { buildStandIn } from '../fixtures/electron-stand-in/build.ts';
import { tinyApp } from './tiny-app.ts';

interface Tiny {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Starts it a second time, to its end. */
  readonly startAgain: (argument: string) => Promise<void>;
  /** What the application has written down. */
  readonly seen: () => Promise<readonly string[]>;
}

const test = base.extend<{ tiny: Tiny }, { executablePath: string }>({
  executablePath: [async ({}, use) => use(await buildStandIn()), { scope: 'worker' }],
  tiny: async ({ executablePath }, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'ringstudio-tiny-'));
    for (const [name, text] of Object.entries(tinyApp)) writeFileSync(join(dir, name), text);
    const env = { ...(process.env as Record<string, string>), TINY_USER_DATA: join(dir, 'data') };
    const app = await _electron.launch({ executablePath, args: [dir], env, artifactsDir: join(dir, 'artifacts') });
    const child = app.process();
    const page = await app.firstWindow();
    const seen = (): Promise<readonly string[]> =>
      app.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    // Playwright's view and the application's are two.
    await page.waitForURL(/tiny/);
    await expect.poll(seen).toContain('loaded');
    const startAgain = async (argument: string): Promise<void> => {
      await once(spawn(executablePath, [dir, argument], { env, stdio: 'ignore' }), 'exit');
    };
    await use({ app, page, startAgain, seen });
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      await app.evaluate(({ app: running }) => running.exit(0)).catch(() => undefined);
      await ended;
    }
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  },
});

/** What the application's bridge gives its page. */
interface Bridge {
  readonly platform: string;
  hasNode(): boolean;
  ask(value: unknown): Promise<{ readonly value: unknown; readonly from: string; readonly isMain: boolean }>;
  fail(): Promise<never>;
  connect(): void;
  twice(call: (value: number) => number): number[];
}
declare const tiny: Bridge;

test('the page is served under its policy, and sees nothing but the bridge', async ({ tiny: { page, app, seen } }) => {
  await expect(page).toHaveTitle('tiny');
  const found = await page.evaluate(() => ({
    inline: 'inline' in window,
    atStart: (window as unknown as { bridgeAtStart: string }).bridgeAtStart,
    isSecure: isSecureContext,
    globals: ['require', 'process', 'ofPreload', 'module'].filter((name) => name in window),
    hasNode: tiny.hasNode(),
    isFrozen: Object.isFrozen(tiny),
    twice: tiny.twice((value) => value * 10),
    platform: tiny.platform,
  }));
  expect(found).toEqual({
    inline: false,
    atStart: 'object',
    isSecure: true,
    globals: [],
    hasNode: false,
    isFrozen: true,
    twice: [10, 20],
    platform: process.platform,
  });
  expect(await seen()).toEqual(['ready', 'loaded']);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())).toBe(
    'app://tiny/',
  );
});

test('what is asked is answered with its sender, and only what can be cloned passes', async ({ tiny: { page } }) => {
  const answer = await page.evaluate(async () => {
    const { value, ...sender } = await tiny.ask({
      list: [1, undefined, Number.NaN],
      when: new Date(0),
      map: new Map([['a', 1n]]),
      bytes: new Uint8Array([1, 255]),
    });
    const { list, when, map, bytes } = value as {
      list: unknown[];
      when: Date;
      map: Map<string, bigint>;
      bytes: Uint8Array;
    };
    return { ...sender, list, time: when.getTime(), isMap: map instanceof Map, entry: map.get('a'), byte: bytes[1] };
  });
  const sender = { from: 'app://tiny/', isMain: true };
  expect(answer).toEqual({ ...sender, list: [1, undefined, Number.NaN], time: 0, isMap: true, entry: 1n, byte: 255 });
  await expect(page.evaluate(() => tiny.fail())).rejects.toThrow(
    "Error invoking remote method 'fail': Error: no such thing",
  );
  await expect(page.evaluate(() => tiny.ask({ element: document.body }))).rejects.toThrow(/could not be cloned/);
});

/** The page's end of a port to the utility process: `window.port`. */
async function connect(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const port = await new Promise<MessagePort>((resolve) => {
      window.addEventListener('message', ({ ports: [given] }) => resolve(given!)); // main sends one
      tiny.connect();
    });
    const whenClosed = new Promise<string>((resolve) => port.addEventListener('close', () => resolve('closed')));
    Object.assign(window, { port, whenClosed });
  });
}
declare const port: MessagePort;
declare const whenClosed: Promise<string>;

/** Sends these, and gives as many as come back. */
function exchange(page: Page, words: readonly unknown[], count: number): Promise<readonly unknown[]> {
  return page.evaluate(
    async ([sent, expected]) => {
      const received: unknown[] = [];
      await new Promise<void>((resolve) => {
        port.onmessage = ({ data }: MessageEvent<unknown>) => {
          if (received.push(data) === expected) resolve();
        };
        for (const word of sent) port.postMessage(word);
      });
      return received;
    },
    [words, count] as const,
  );
}

test('ten thousand messages come back from a utility process in order; its death closes the port', async ({
  tiny: { page, app, seen },
}) => {
  await connect(page);
  const numbers = Array.from({ length: 10_000 }, (_, at) => at);
  expect(await exchange(page, numbers, 10_000)).toEqual(numbers);
  const pid = await app.evaluate(
    ({ app: running }) => running.getAppMetrics().find(({ name }) => name === 'Tiny Host')!.pid,
  );
  process.kill(pid, 'SIGKILL');
  expect(await page.evaluate(() => whenClosed)).toBe('closed');
  expect(await seen()).toEqual(expect.arrayContaining(['exit 9', 'child-process-gone']));
});

test('what 200 actors tell 30 times a second reaches the page in order', async ({ tiny: { page } }) => {
  await connect(page);
  const received = await exchange(page, ['stream'], 12_000);
  expect(received).toEqual(Array.from({ length: 12_000 }, (_, at) => at));
});

test('a page that is loaded again leaves no port behind', async ({ tiny: { page, seen } }) => {
  await connect(page);
  await page.reload();
  await expect.poll(seen).toContain('port closed');
});

test('a page goes nowhere and opens nothing', async ({ tiny: { page, app, seen } }) => {
  await page.locator('#out').click();
  await expect.poll(seen).toContain('will-navigate https://elsewhere.example/');
  expect(await page.evaluate(() => window.open('https://other.example/'))).toBeNull();
  await page.locator('#blank').click();
  await expect
    .poll(seen)
    .toEqual(expect.arrayContaining(['open https://other.example/', 'open https://elsewhere.example/']));
  await expect.poll(() => app.windows().length).toBe(1);
  await expect(page).toHaveTitle('tiny');
  await page.reload(); // not the page's own wish
  await expect(page).toHaveTitle('tiny');
});

test('a second start hands over its words and ends', async ({ tiny: { startAgain, seen } }) => {
  await startAgain('second.json');
  await expect.poll(seen).toContain('second-instance second.json');
});

test('quitting asks the windows, and one that stays keeps the application', async ({ tiny: { app, seen } }) => {
  await app.evaluate(({ app: running }) => {
    Object.assign(globalThis, { isStubborn: true });
    running.quit();
  });
  await expect.poll(seen).toEqual(['ready', 'loaded', 'before-quit', 'close']);
  const ended = once(app.process(), 'exit');
  const last = await app
    .evaluate(({ app: running }) => {
      Object.assign(globalThis, { isStubborn: false });
      const words = new Promise<string>((resolve) =>
        running.once('will-quit', () => resolve((globalThis as unknown as { seen: string[] }).seen.join())),
      );
      running.quit();
      return Promise.race([words, new Promise((resolve) => setTimeout(() => resolve('nothing'), 20_000))]);
    })
    .catch(() => 'ended'); // the process may be faster than its answer
  expect(String(last)).not.toBe('nothing');
  expect(await ended).toEqual([0, null]);
});

test('a renderer that crashes is told, and its window loads again', async ({ tiny: { app, seen } }) => {
  const title = await app.evaluate(async ({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!; // the only one
    const gone = new Promise((resolve) => webContents.once('render-process-gone', resolve));
    webContents.forcefullyCrashRenderer();
    await gone;
    const loaded = new Promise<void>((resolve) => webContents.once('did-finish-load', () => resolve()));
    webContents.reload();
    await loaded;
    return (await webContents.executeJavaScript('document.title + typeof tiny')) as string;
  });
  expect(title).toBe('tinyobject');
  expect(await seen()).toContain('render-process-gone');
});

test('a dialog that no test foresaw is a fault with its words; so is a part that the stand-in lacks', async ({
  tiny: { app },
}) => {
  const said = await app.evaluate(async (electron) => {
    const { dialog, Menu } = electron;
    const words = [
      await dialog.showMessageBox({ message: 'Save?' }).catch((error: unknown) => (error as Error).message),
    ];
    const attempts = [
      () => (electron as unknown as Record<string, unknown>)['Tray'],
      () => Menu.buildFromTemplate([{ label: 'x', accelerator: 'Strg+Ä' }]),
    ];
    for (const attempt of attempts) {
      try {
        attempt();
      } catch (error) {
        words.push((error as Error).message);
      }
    }
    return words;
  });
  expect(said).toEqual([
    expect.stringContaining('a dialog that nobody answers: showMessageBox: Save?'),
    'the stand-in has no electron.Tray',
    expect.stringContaining('conversion failure from Strg+Ä'),
  ]);
});
