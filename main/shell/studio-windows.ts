import { realpath } from 'node:fs/promises';
import type { BrowserWindow, NativeTheme, Screen, WebContents } from 'electron';
import type { JsonDocument } from '../storage/json-document.ts';
import { StudioWindow, windowOptions } from './studio-window.ts';
import { placeAgain, placeNew, type Bounds, type WindowState } from './window-state.ts';

export interface StudioWindowsOptions {
  readonly create: (options: ReturnType<typeof windowOptions>) => BrowserWindow;
  readonly screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;
  readonly theme: Pick<NativeTheme, 'shouldUseDarkColors'>;
  readonly preload: string;
  /** The windows that were there, for the next start. */
  readonly kept: JsonDocument<WindowState[]>;
  readonly onCreated: (window: StudioWindow) => void;
  /** Another window is in front, or none. */
  readonly onFront: (window: StudioWindow | undefined) => void;
}

/** Of the page (renderer/ui/tokens.css, --bg-chrome), so that a new window does not flash. */
const BACKGROUND = { dark: '#0d0f12', light: '#f1f2f5' } as const;
const TOLD_BY = ['resize', 'move', 'maximize', 'unmaximize', 'enter-full-screen', 'leave-full-screen'] as const;

/** All windows of the application, and where they are when it starts again. */
export class StudioWindows {
  readonly #options: StudioWindowsOptions;
  readonly #windows: StudioWindow[] = [];
  #front: StudioWindow | undefined;
  #isFrozen = false;

  constructor(options: StudioWindowsOptions) {
    this.#options = options;
  }

  get all(): readonly StudioWindow[] {
    return this.#windows;
  }

  /** The one that has the focus, or had it last. */
  get front(): StudioWindow | undefined {
    return this.#front ?? this.#windows.at(-1);
  }

  of(contents: WebContents): StudioWindow | undefined {
    return this.#windows.find(({ browserWindow }) => browserWindow.webContents === contents);
  }

  /** The windows of the last time, or a first one. */
  async restore(): Promise<void> {
    const states = await this.#options.kept.read();
    for (const state of states) this.#open(placeAgain(state.bounds, this.#workAreas()), state);
    if (states.length === 0) this.openNew();
  }

  openNew(): StudioWindow {
    return this.#open(placeNew(this.#workAreas(), this.front?.browserWindow.getNormalBounds()), undefined);
  }

  /** In the window that shows it already, in one that shows nothing, or in a new one. */
  async openProject(given: string): Promise<void> {
    // Windows know the real folder of their project. What is not there is for the page to tell, as it was given.
    const path = await realpath(given).catch(() => given);
    const there = this.#windows.find((window) => window.shows(path));
    const window = there ?? (this.front?.isFree === true ? this.front : undefined) ?? this.openNew();
    if (there === undefined) window.openProject(path);
    window.focus();
  }

  /** Tells the host what was typed in every window. */
  async flush(): Promise<void> {
    await Promise.all(this.#windows.map((window) => window.flush()));
  }

  /** The windows as they are now are those of the next start, however they are closed. */
  async freeze(): Promise<void> {
    this.#keep();
    this.#isFrozen = true;
    await this.#options.kept.flush();
  }

  #open(bounds: Bounds, state: WindowState | undefined): StudioWindow {
    const { create, preload, theme, onCreated } = this.#options;
    const backgroundColor = BACKGROUND[theme.shouldUseDarkColors ? 'dark' : 'light'];
    const browserWindow = create(windowOptions({ preload, bounds, backgroundColor }));
    // Where displays differ in scale, what the constructor gets is taken for the scale of the first one.
    if (this.#workAreas().length > 1) browserWindow.setBounds(bounds);
    const window = new StudioWindow(browserWindow, state?.projectDir);
    this.#windows.push(window);
    this.#front ??= window;
    this.#follow(window);
    onCreated(window);
    browserWindow.once('ready-to-show', () => {
      // Not before: both show the window.
      if (state?.isMaximized === true) browserWindow.maximize();
      if (state?.isFullScreen === true) browserWindow.setFullScreen(true);
      browserWindow.show();
    });
    window.load(state?.hash ?? '');
    return window;
  }

  #follow(window: StudioWindow): void {
    const { browserWindow } = window;
    const keep = (): void => this.#keep();
    // Electron declares one overload for each event.
    for (const event of TOLD_BY) browserWindow.on(event as 'resize', keep);
    browserWindow.webContents.on('did-navigate', keep);
    browserWindow.webContents.on('did-navigate-in-page', keep);
    browserWindow.on('focus', () => this.#setFront(window));
    browserWindow.on('closed', () => this.#closed(window));
  }

  #closed(window: StudioWindow): void {
    this.#windows.splice(this.#windows.indexOf(window), 1);
    this.#keep();
    if (this.#front === window) this.#setFront(this.#windows.at(-1));
  }

  #setFront(window: StudioWindow | undefined): void {
    this.#front = window;
    this.#options.onFront(window);
  }

  #keep(): void {
    const alive = this.#windows.filter(({ browserWindow }) => !browserWindow.isDestroyed());
    // The last one that was closed is there again at the next start.
    if (!this.#isFrozen && alive.length > 0) this.#options.kept.write(alive.map(({ state }) => state));
  }

  /** The primary display first. */
  #workAreas(): readonly Bounds[] {
    const { screen } = this.#options;
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
    return [primary, ...others].map(({ workArea }) => workArea);
  }
}
