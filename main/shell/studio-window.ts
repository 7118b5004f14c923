import { dirname } from 'node:path';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { isOwnPage, pageUrl } from './app-protocol.ts';
import { windowChannels } from './channel-names.ts';
import { SMALLEST, type Bounds, type WindowState } from './window-state.ts';

const FLUSH_WITHIN_MS = 2000;

export interface WindowLook {
  readonly preload: string;
  readonly bounds: Bounds;
  /** What is seen before the first paint. */
  readonly backgroundColor: string;
}

/** The options of every window. Those that are the default already are named all the same: a test holds them. */
export function windowOptions({ preload, bounds, backgroundColor }: WindowLook): BrowserWindowConstructorOptions {
  return {
    ...bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Ring Kernel Studio',
    show: false,
    backgroundColor,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}

/** One window and what the main process knows about it. */
export class StudioWindow {
  readonly browserWindow: BrowserWindow;
  #projectDir: string | undefined;
  /** Where it was sent: its address until the page is there. */
  #wantedHash = '';
  /** The page takes projects to open. */
  #isListening = false;
  #toOpen: string[] = [];
  #flushTurn = 0;
  readonly #flushes = new Map<number, () => void>();

  /** @param projectDir what it will show, as it did the last time */
  constructor(browserWindow: BrowserWindow, projectDir?: string) {
    this.browserWindow = browserWindow;
    this.#projectDir = projectDir;
    // A page that is loaded anew listens anew.
    browserWindow.webContents.on('did-navigate', () => {
      this.#isListening = false;
    });
  }

  get projectDir(): string | undefined {
    return this.#projectDir;
  }

  get state(): WindowState {
    const window = this.browserWindow;
    return {
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
      isFullScreen: window.isFullScreen(),
      hash: this.#hash.slice(0, 256),
      ...(this.#projectDir !== undefined && { projectDir: this.#projectDir }),
    };
  }

  get #hash(): string {
    const url = this.browserWindow.webContents.getURL();
    return isOwnPage(url) ? new URL(url).hash : this.#wantedHash;
  }

  load(hash: string): void {
    this.#wantedHash = hash;
    // What cannot be loaded is told by the event of that name.
    this.browserWindow.loadURL(pageUrl(hash)).catch(() => undefined);
  }

  showsProject(dir: string | null): void {
    // A page that is on its way to its project shows none for a moment.
    if (dir === null && this.#isAtProject) return;
    this.#projectDir = dir ?? undefined;
  }

  get #isAtProject(): boolean {
    return this.#hash.startsWith('#/project/');
  }

  /** It shows the project, whether its folder or its topology is given, or is about to open this very path. */
  shows(path: string): boolean {
    const dir = this.#projectDir;
    return this.#toOpen.includes(path) || (dir !== undefined && (path === dir || dirname(path) === dir));
  }

  /** The window has nothing of its own to show. */
  get isFree(): boolean {
    return this.#projectDir === undefined && this.#toOpen.length === 0 && !this.#isAtProject;
  }

  openProject(path: string): void {
    this.#toOpen.push(path);
    this.#deliver();
  }

  listens(): void {
    this.#isListening = true;
    this.#deliver();
  }

  command(id: string): void {
    this.#send(windowChannels.command, id);
  }

  focus(): void {
    if (this.browserWindow.isMinimized()) this.browserWindow.restore();
    this.browserWindow.show();
    this.browserWindow.focus();
  }

  /** Resolves when the host has what was typed here, or cannot be told in time. */
  flush(): Promise<void> {
    if (!this.#isListening) return Promise.resolve();
    const turn = ++this.#flushTurn;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.flushed(turn), FLUSH_WITHIN_MS);
      this.#flushes.set(turn, () => {
        clearTimeout(timer);
        resolve();
      });
      this.#send(windowChannels.flush, turn);
    });
  }

  flushed(turn: number): void {
    const resolve = this.#flushes.get(turn);
    this.#flushes.delete(turn);
    resolve?.();
  }

  #deliver(): void {
    if (!this.#isListening) return;
    for (const path of this.#toOpen.splice(0)) this.#send(windowChannels.openProject, path);
  }

  #send(channel: string, value: unknown): void {
    const { webContents } = this.browserWindow;
    if (!webContents.isDestroyed()) webContents.send(channel, value);
  }
}
