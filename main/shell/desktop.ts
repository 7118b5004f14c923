import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
  utilityProcess,
  type MessageBoxOptions,
  type MessageBoxReturnValue,
  type UtilityProcess,
} from 'electron';
import { JsonDocument } from '../storage/json-document.ts';
import { createAppHandler } from './app-protocol.ts';
import { guardContents, guardSession } from './guards.ts';
import { HostProcess } from './host-process.ts';
import { LogFile } from './log-file.ts';
import { AppMenu } from './menu/app-menu.ts';
import type { MenuActions } from './menu/menu-template.ts';
import { Quitting } from './quitting.ts';
import type { StudioWindow } from './studio-window.ts';
import { StudioWindows } from './studio-windows.ts';
import { Trouble } from './trouble.ts';
import { Updates } from './updates.ts';
import { answerWindows } from './window-requests.ts';
import { windowStatesSchema } from './window-state.ts';

const RECENT = 10;
const RECENT_WITHIN_MS = 3000;
const QUITS_WITHIN_MS = 3000;

/**
 * The application's parts, put together: the only place that takes Electron's modules and passes them on. To be made
 * when the application is ready.
 */
export class Desktop {
  readonly #dist = join(app.getAppPath(), 'dist');
  readonly #log = new LogFile(app.getPath('logs'));
  readonly #host = new HostProcess({
    fork: forkHost,
    createChannel: () => new MessageChannelMain(),
    log: this.#log.write,
    onGaveUp: (failure) => void this.#trouble.hostGaveUp(failure, this.#host),
  });
  readonly #menu = new AppMenu({ menus: Menu, platform: process.platform, actions: this.#menuActions() });
  readonly #windows = new StudioWindows({
    create: (options) => new BrowserWindow(options),
    screen,
    theme: nativeTheme,
    preload: join(this.#dist, 'preload.cjs'),
    kept: new JsonDocument({
      path: join(app.getPath('userData'), 'windows.json'),
      schema: windowStatesSchema,
      empty: [],
      delayMs: 300,
      onFailure: (error) => this.#log.write(`The windows' places cannot be kept: ${String(error)}`),
    }),
    onCreated: (window) => this.#created(window),
    onFront: (window) => this.#menu.follow(window?.browserWindow),
  });
  readonly #quitting = new Quitting({
    windows: this.#windows,
    host: this.#host,
    ask: (options) => this.#ask(options),
    log: this.#log.write,
    quit: () => {
      app.quit();
      // A page that hangs does not let its window close.
      setTimeout(() => app.exit(0), QUITS_WITHIN_MS);
    },
  });
  readonly #trouble = new Trouble({
    ...{ app, dialog, log: this.#log.write, logPath: this.#log.path },
    ask: (options) => this.#ask(options),
    isQuitting: () => this.#quitting.hasBegun,
  });
  readonly #updates = new Updates({
    ...{ app, log: this.#log.write, resourcesPath: process.resourcesPath },
    ask: (options) => this.#ask(options),
  });

  async start(): Promise<void> {
    process.on('unhandledRejection', (error) => this.#log.write(`Unhandled: ${wordsOf(error)}`));
    process.on('uncaughtExceptionMonitor', (error) => this.#log.write(`Uncaught: ${wordsOf(error)}`));
    protocol.handle('app', createAppHandler(join(this.#dist, 'renderer')));
    guardContents(app, {
      ask: (contents, options) => this.#ask(options, this.#windows.of(contents)),
      open: (url) => shell.openExternal(url),
      log: this.#log.write,
    });
    guardSession(session.defaultSession);
    answerWindows({
      ...{ ipc: ipcMain, dialog, windows: this.#windows, host: this.#host, menu: this.#menu, log: this.#log.write },
      onProjectShown: (dir) => {
        if (dir !== null) app.addRecentDocument(dir);
        void this.#refreshRecent();
      },
    });
    this.#followTheEnd();
    this.#host.start();
    this.#menu.build();
    await this.#windows.restore();
    this.#updates.start();
  }

  openProject(path: string): Promise<void> {
    return this.#windows.openProject(path);
  }

  /** Somebody started the application again, or clicked on its icon. */
  show(): void {
    (this.#windows.front ?? this.#windows.openNew()).focus();
  }

  #followTheEnd(): void {
    app.on('before-quit', (event) => {
      if (this.#quitting.isDone) return;
      event.preventDefault();
      void this.#quitting.begin();
    });
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    // Nobody can answer a question then; the host has everything.
    const endUnasked = (): void => void this.#quitting.begin({ isAsked: false });
    const signals = process.platform === 'win32' ? (['SIGINT'] as const) : (['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
    for (const signal of signals) process.on(signal, endUnasked);
    // On Linux and macOS; Windows asks each window.
    powerMonitor.on('shutdown', ((event: { preventDefault(): void }) => {
      event.preventDefault();
      endUnasked();
    }) as () => void);
  }

  #created(window: StudioWindow): void {
    this.#trouble.watch(window);
    window.browserWindow.on('query-session-end', (event) => {
      if (this.#quitting.isDone) return;
      event.preventDefault(); // the system waits until the application has ended
      void this.#quitting.begin({ isAsked: false });
    });
    window.browserWindow.on('close', (event) => {
      const endsTheApplication = this.#windows.all.length === 1 && process.platform !== 'darwin';
      if (this.#quitting.isDone || !endsTheApplication) return;
      event.preventDefault();
      void this.#quitting.begin();
    });
  }

  #menuActions(): MenuActions {
    return {
      command: (id) => this.#windows.front?.command(id),
      openProject: (dir) => void this.#windows.openProject(dir),
      newWindow: () => void this.#windows.openNew(),
      about: () => app.showAboutPanel(),
      checkForUpdates: () => void this.#updates.check(),
      showLog: () => shell.showItemInFolder(this.#log.path),
    };
  }

  /** In front of a window where there is one: without, macOS lets nothing else happen until it is answered. */
  #ask(options: MessageBoxOptions, window = this.#windows.front): Promise<MessageBoxReturnValue> {
    return window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window.browserWindow, options);
  }

  async #refreshRecent(): Promise<void> {
    const answer = await this.#host.ask('recent', RECENT_WITHIN_MS);
    if (typeof answer === 'object') this.#menu.setRecent(answer.recent?.slice(0, RECENT) ?? []);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** From beside the application's archive, where plain Node can read its files as well. */
function forkHost(): UtilityProcess {
  const folder = app.isPackaged ? join(process.resourcesPath, 'studio') : app.getAppPath();
  return utilityProcess.fork(join(folder, 'dist', 'host.process.js'), [], {
    serviceName: 'Ring Kernel Studio Host',
    stdio: 'pipe',
  });
}
