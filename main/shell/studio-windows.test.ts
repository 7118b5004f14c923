import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JsonDocument } from '../storage/json-document.ts';
import type { StudioWindow } from './studio-window.ts';
import { StudioWindows } from './studio-windows.ts';
import { windowStatesSchema, type WindowState } from './window-state.ts';

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

  /** What it was sent to: it is there once a test says so. */
  wanted = '';

  loadURL = async (url: string): Promise<void> => {
    this.wanted = url;
  };
  arrive(): void {
    this.webContents.url = this.wanted;
    this.webContents.emit('did-navigate');
  }
  getNormalBounds = () => this.bounds;
  isMaximized = (): boolean => this.isMax;
  setBounds = (bounds: typeof this.bounds): void => void (this.bounds = bounds);
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
    kept: new JsonDocument({ path: path(), schema: windowStatesSchema, empty: [] }),
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
    expect(made[0]!.wanted).toBe('app://studio/');
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
    expect(made.map(({ wanted }) => wanted)).toEqual(['app://studio/#/project/abc', 'app://studio/']);
    for (const window of made) window.emit('ready-to-show');
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

  test('whose place cannot be read are left out; without any there is a first one', async () => {
    const good = {
      bounds: { x: 1, y: 2, width: 1000, height: 700 },
      isMaximized: false,
      isFullScreen: false,
      hash: '',
    };
    writeFileSync(path(), JSON.stringify([{ bounds: { x: 'left' } }, good, null]));
    await createWindows().restore();
    expect(made.map(({ bounds }) => bounds)).toEqual([good.bounds]);
    for (const text of ['[{"bounds":{"x":"left"}}]', '{', '']) {
      writeFileSync(path(), text);
      made = [];
      await createWindows().restore();
      expect(made).toHaveLength(1);
    }
  });

  test('are there again although the last one was closed before the end', async () => {
    const windows = createWindows();
    await windows.restore();
    made[0]!.webContents.url = 'app://studio/#/project/abc';
    made[0]!.webContents.emit('did-navigate-in-page');
    made[0]!.close();
    await windows.freeze();
    expect(kept().map(({ hash }) => hash)).toEqual(['#/project/abc']);
  });
});

describe('a project from outside', () => {
  test('waits for its window to listen, and for no other', async () => {
    const windows = createWindows();
    await windows.restore();
    await windows.openProject('/ring');
    expect(opened(made[0]!)).toEqual([]);
    windows.all[0]!.listens();
    expect(opened(made[0]!)).toEqual(['/ring']);
  });

  test('comes to the front where it is shown, by its folder or its topology', async () => {
    const windows = createWindows();
    await windows.restore();
    windows.all[0]!.showsProject('/ring');
    windows.openNew().showsProject('/mean');
    for (const given of ['/ring', '/ring/topology.ring.json']) await windows.openProject(given);
    expect(made).toHaveLength(2);
    expect([made[0]!.shownCount, made[1]!.shownCount]).toEqual([2, 0]);
    expect(windows.front).toBe(windows.all[0]);
  });

  test('is the same through a symbolic link', async () => {
    const ring = join(realpathSync(folder), 'ring');
    const link = join(folder, 'link');
    mkdirSync(ring);
    writeFileSync(join(ring, 'topology.ring.json'), '');
    symlinkSync(ring, link, 'junction');
    const windows = createWindows();
    await windows.restore();
    windows.all[0]!.showsProject(ring);
    for (const given of [link, join(link, 'topology.ring.json')]) await windows.openProject(given);
    expect(made).toHaveLength(1);
    windows.all[0]!.showsProject(null);
    await windows.openProject(link);
    await windows.openProject(ring); // before the page has opened the first
    windows.all[0]!.listens();
    expect(made.map(opened)).toEqual([[ring]]);
  });

  test('leaves a window alone that is on its way to the project of the last time', async () => {
    const first = createWindows();
    await first.restore();
    made[0]!.arrive();
    made[0]!.webContents.url = 'app://studio/#/project/abc';
    first.all[0]!.showsProject('/ring');
    await first.freeze();
    expect(kept()[0]).toMatchObject({ hash: '#/project/abc', projectDir: '/ring' });
    made = [];
    const second = createWindows();
    await second.restore();
    await second.openProject('/ring'); // it is the same: no other window
    expect(made).toHaveLength(1);
    await second.openProject('/mean');
    expect(made).toHaveLength(2);
    made[0]!.arrive();
    second.all[0]!.showsProject(null); // the page, before it has its project
    await second.openProject('/ring/topology.ring.json');
    expect(made).toHaveLength(2);
    second.all[0]!.listens();
    expect(opened(made[0]!)).toEqual([]);
  });

  test('gets a new window when the one in front shows another project, or is about to', async () => {
    const windows = createWindows();
    await windows.restore();
    await windows.openProject('/ring');
    for (const path of ['/mean', '/mean', '/ring']) await windows.openProject(path);
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
