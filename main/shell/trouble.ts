import type { App, BrowserWindow, Dialog, MessageBoxOptions } from 'electron';
import type { HostFailure } from '../host/desktop/control.ts';
import type { HostProcess } from './host-process.ts';
import type { StudioWindow } from './studio-window.ts';

export interface TroubleOptions {
  readonly app: Pick<App, 'on' | 'quit'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  /** A question in front of whatever window there is. */
  readonly ask: (options: MessageBoxOptions) => ReturnType<Dialog['showMessageBox']>;
  readonly log: (line: string) => void;
  readonly logPath: string;
  /** Nobody can change the way out any more: what ends now ends on purpose. */
  readonly isQuitting: () => boolean;
}

const ABORTED = -3;

/** What is told, and offered, when a part of the application dies, hangs or cannot be loaded. */
export class Trouble {
  readonly #options: TroubleOptions;
  /** Windows that are being loaded again: nothing is asked about the end of their process. */
  readonly #crashedOnPurpose = new WeakSet<BrowserWindow>();

  constructor(options: TroubleOptions) {
    this.#options = options;
    options.app.on('child-process-gone', (_, { type, reason, exitCode, name }) => {
      // The host is looked after by HostProcess; Chromium starts its own helpers again.
      options.log(`A child process ended: ${name ?? type}, ${reason}, exit code ${exitCode}.`);
    });
  }

  watch({ browserWindow }: StudioWindow): void {
    const { log } = this.#options;
    const { webContents } = browserWindow;
    webContents.on('render-process-gone', (_, { reason, exitCode }) => {
      log(`The process of a window ended: ${reason}, exit code ${exitCode}.`);
      if (this.#crashedOnPurpose.delete(browserWindow) || reason === 'clean-exit') return;
      void this.#windowDied(browserWindow, reason);
    });
    webContents.on('preload-error', (_, path, error) => log(`${path} failed: ${error.stack ?? error.message}`));
    webContents.on('did-fail-load', (...[, code, description, url, isMainFrame]) => {
      if (!isMainFrame || code === ABORTED) return;
      log(`${url} could not be loaded: ${description} (${code}).`);
      void this.#notLoaded(browserWindow, `${description} (${code})`);
    });
    this.#watchForHangs(browserWindow);
  }

  /** The host cannot be started, or does not stay. */
  async hostGaveUp({ code, message, tip }: HostFailure, host: Pick<HostProcess, 'restart'>): Promise<void> {
    const { app, ask, log, logPath, isQuitting } = this.#options;
    log(`${code}: ${message}`);
    if (isQuitting()) return;
    const { response } = await ask({
      type: 'error',
      message: code === 'HostDied' ? 'The studio host does not stay up.' : 'The studio host does not start.',
      detail: `${code}: ${message} ${tip ?? ''}\n\nNothing you typed is lost. What the host said is in ${logPath}.`,
      buttons: ['Start it again', 'Quit'],
      defaultId: 0,
      cancelId: 1,
    });
    if (response === 0) host.restart();
    else app.quit();
  }

  async #windowDied(window: BrowserWindow, reason: string): Promise<void> {
    const { isQuitting, logPath } = this.#options;
    if (isQuitting() || window.isDestroyed()) return;
    const { response } = await this.#ask(window, {
      type: 'error',
      message: `The window's process ended (${reason}).`,
      detail:
        'Actors run on, and what you typed is kept. Load the window again to go on where you were.\n\n' +
        `What is known about it is in ${logPath}.`,
      buttons: ['Load the window again', 'Close the window'],
      defaultId: 0,
      cancelId: 1,
    });
    if (window.isDestroyed()) return;
    if (response === 0) window.webContents.reload();
    else window.destroy();
  }

  async #notLoaded(window: BrowserWindow, why: string): Promise<void> {
    if (window.isDestroyed()) return;
    const { response } = await this.#ask(window, {
      type: 'error',
      message: 'The studio’s page could not be loaded.',
      detail: `${why}. The installation may be incomplete.`,
      buttons: ['Try again', 'Close the window'],
      defaultId: 0,
      cancelId: 1,
    });
    if (window.isDestroyed()) return;
    if (response === 0) window.webContents.reload();
    else window.destroy();
  }

  /** The question goes away by itself when the window answers again. */
  #watchForHangs(window: BrowserWindow): void {
    let answering: AbortController | undefined;
    window.on('responsive', () => answering?.abort());
    window.on('unresponsive', () => {
      if (answering !== undefined || this.#options.isQuitting()) return;
      this.#options.log('A window does not answer.');
      answering = new AbortController();
      const { signal } = answering;
      const question = {
        type: 'warning',
        message: 'The window does not answer.',
        detail: 'Actors run on, and what you typed up to a moment ago is kept.',
        buttons: ['Wait', 'Load the window again'],
        defaultId: 0,
        cancelId: 0,
        signal,
      } as const satisfies MessageBoxOptions;
      void this.#ask(window, { ...question, buttons: [...question.buttons] }).then(({ response }) => {
        answering = undefined;
        if (response !== 1 || signal.aborted || window.isDestroyed()) return;
        // A page that hangs does not unload by itself.
        this.#crashedOnPurpose.add(window);
        window.webContents.forcefullyCrashRenderer();
        window.webContents.reload();
      });
    });
  }

  /** On macOS a question to a window that is not shown yet is never seen. */
  #ask(window: BrowserWindow, options: MessageBoxOptions): ReturnType<Dialog['showMessageBox']> {
    if (!window.isVisible()) window.show();
    return this.#options.dialog.showMessageBox(window, options);
  }
}
