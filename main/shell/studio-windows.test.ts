import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { JsonDocument } from '../storage/json-document.ts';
import type { StudioWindow } from './studio-window.ts';
import { StudioWindows } from './studio-windows.ts';
import { windowStateSchema, type WindowState } from './window-state.ts';

class FakeContents extends EventEmitter {
  url = '';
  readonly sent: unknown[][] = [];
  getURL = (): string => this.url;
  isDestroyed = (): boolean => false;
  send = (...sent: unknown[]): void => void this.sent.push(sent);
}

class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly options: BrowserWindowConstructorOptions;
  isMax = false;
  isGone = false;
  shownCount = 0;
  bounds;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    const { x = 0, y = 0, width = 0, height = 0 } = options;
    this.bounds = { x, y, width, height };
  }

  loadURL = async (url: string): Promise<void> => {
    this.webContents.url = url;
    this.webContents.emit('did-navigate');
  };
  getNormalBounds = () => this.bounds;
  isMaximized = (): boolean => this.isMax;
  maximize = (): void => void (this.isMax = true);
  isFullScreen = (): boolean => false;
  isMinimized = (): boolean => false;
  isDestroyed = (): boolean => this.isGone;
  show = (): void => {
    this.shownCount++;
  };
  focus = (): void => void this.emit('focus');
  close(): void {
    this.isGone = true;
    this.emit('closed');
  }
}

let folder: string;
let made: FakeWindow[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringstudio-windows-'));
  made = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'windows.json');
const workArea = { x: 0, y: 0, width: 1920, height: 1080 };

function createWindows(onFront: (window: StudioWindow | undefined) => void = () => undefined): StudioWindows {
  const display = { id: 1, workArea };
  return new StudioWindows({
    create: (options) => {
      made.push(new FakeWindow(options));
      return made.at(-1) as unknown as BrowserWindow;
    },
    screen: { getAllDisplays: () => [display], getPrimaryDisplay: () => display } as never,
    theme: { shouldUseDarkColors: true },
    preload: '/preload.cjs',
    kept: new JsonDocument({ path: path(), schema: z.array(windowStateSchema), empty: [] }),
    onCreated: () => undefined,
    onFront,
  });
}

const kept = (): WindowState[] => JSON.parse(readFileSync(path(), 'utf8')) as WindowState[];
const opened = ({ webContents }: FakeWindow): unknown[] =>
  webContents.sent.flatMap(([channel, value]) => (channel === 'project:open' ? [value] : []));

describe('the windows', () => {
  test('are one at first, safe, and shown when there is something to see', async () => {
    await createWindows().restore();
    expect(made).toHaveLength(1);
    const { options, shownCount } = made[0]!;
    expect(options).toMatchObject({ x: 240, y: 90, width: 1440, height: 900, show: false, minWidth: 960 });
    expect(options.webPreferences).toMatchObject({
      ...{ preload: '/preload.cjs', contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false },
    });
    expect(shownCount).toBe(0);
    made[0]!.emit('ready-to-show');
    expect(made[0]!.shownCount).toBe(1);
    expect(made[0]!.webContents.url).toBe('app://studio/');
  });

  test('are there again where they were, with what they showed', async () => {
    const first = createWindows();
    await first.restore();
    first.openNew();
    made[0]!.bounds = { x: 10, y: 20, width: 1000, height: 700 };
    made[0]!.webContents.url = 'app://studio/#/project/abc';
    made[1]!.isMax = true;
    await first.freeze();
    // The application ends: windows are closed one by one, which is not the person's wish.
    for (const window of [...made]) window.close();
    expect(kept()).toHaveLength(2);
    made = [];
    await createWindows().restore();
    expect(made.map(({ bounds }) => bounds)[0]).toEqual({ x: 10, y: 20, width: 1000, height: 700 });
    expect(made.map(({ webContents }) => webContents.url)).toEqual(['app://studio/#/project/abc', 'app://studio/']);
    expect(made.map(({ isMax }) => isMax)).toEqual([false, true]);
  });

  test('that were closed by themselves are not there again, except for the last one', async () => {
    const windows = createWindows();
    await windows.restore();
    windows.openNew();
    made[0]!.close();
    await expect.poll(() => kept().length).toBe(1);
    made[1]!.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(kept()).toHaveLength(1);
  });

  test('a file of places that is broken gives a first window', async () => {
    writeFileSync(path(), '[{"bounds":{"x":"left"}}]');
    await createWindows().restore();
    expect(made).toHaveLength(1);
  });
});

describe('a project from outside', () => {
  test('waits for its window to listen, and for no other', async () => {
    const windows = createWindows();
    await windows.restore();
    windows.openProject('/ring');
    expect(opened(made[0]!)).toEqual([]);
    windows.all[0]!.listens();
    expect(opened(made[0]!)).toEqual(['/ring']);
  });

  test('comes to the front where it is shown, by its folder or its topology', async () => {
    const windows = createWindows();
    await windows.restore();
    windows.all[0]!.showsProject('/ring');
    windows.openNew().showsProject('/mean');
    for (const given of ['/ring', '/ring/topology.ring.json']) windows.openProject(given);
    expect(made).toHaveLength(2);
    expect([made[0]!.shownCount, made[1]!.shownCount]).toEqual([2, 0]);
    expect(windows.front).toBe(windows.all[0]);
  });

  test('gets a new window when the one in front shows another project, or is about to', async () => {
    const windows = createWindows();
    await windows.restore();
    windows.openProject('/ring');
    for (const path of ['/mean', '/mean', '/ring']) windows.openProject(path);
    expect(made).toHaveLength(2);
    windows.all[0]!.listens();
    windows.all[1]!.listens();
    expect(made.map(opened)).toEqual([['/ring'], ['/mean']]);
  });
});

test('the window in front is the one that had the focus last', async () => {
  const fronts: (number | undefined)[] = [];
  const windows: StudioWindows = createWindows((window) =>
    fronts.push(window === undefined ? undefined : windows.all.indexOf(window)),
  );
  await windows.restore();
  windows.openNew();
  made[1]!.focus();
  made[0]!.focus();
  made[0]!.close();
  made[1]!.close();
  expect(fronts).toEqual([1, 0, 0, undefined]);
});
