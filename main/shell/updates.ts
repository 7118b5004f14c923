import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { App, MessageBoxOptions, MessageBoxReturnValue } from 'electron';

export interface UpdatesOptions {
  readonly app: Pick<App, 'isPackaged' | 'getVersion'>;
  readonly resourcesPath: string;
  readonly ask: (options: MessageBoxOptions) => Promise<MessageBoxReturnValue>;
  readonly log: (line: string) => void;
}

const LOOK_EVERY_MS = 24 * 60 * 60 * 1000;

/**
 * New versions, by electron-updater. Off as long as the build names no feed (`publish` in electron-builder.yml, which
 * writes app-update.yml): then nothing is asked of anybody. Nothing is downloaded before the person agrees, and what was
 * downloaded is installed when the application ends by itself.
 */
export class Updates {
  readonly #options: UpdatesOptions;
  #isOffered = false;

  constructor(options: UpdatesOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    const { app, resourcesPath } = this.#options;
    return app.isPackaged && existsSync(join(resourcesPath, 'app-update.yml'));
  }

  start(): void {
    if (!this.isOn) return;
    const look = (): void => {
      this.#look({ isNews: !this.#isOffered }).catch((error: unknown) =>
        this.#options.log(`Updates: ${String(error)}`),
      );
    };
    look();
    setInterval(look, LOOK_EVERY_MS).unref();
  }

  /** Because somebody asked: says what came of it. */
  async check(): Promise<void> {
    const version = `This is version ${this.#options.app.getVersion()}.`;
    if (!this.isOn) {
      await this.#tell('Updates are off.', `${version} Its build names no place to look for others.`);
      return;
    }
    try {
      if (!(await this.#look({ isNews: true }))) await this.#tell('There is no newer version.', version);
    } catch (error) {
      await this.#tell('The update feed could not be read.', error instanceof Error ? error.message : String(error));
    }
  }

  /** True when a newer version is there; `isNews`: the person is asked about it. */
  async #look({ isNews }: { readonly isNews: boolean }): Promise<boolean> {
    // Loaded only where it is on: it reads the application's state as soon as it is loaded.
    const { autoUpdater } = await import('electron-updater');
    autoUpdater.autoDownload = false;
    autoUpdater.autoInstallOnAppQuit = true;
    const result = await autoUpdater.checkForUpdates();
    if (result?.isUpdateAvailable !== true) return false;
    if (!isNews) return true;
    this.#isOffered = true;
    const { version } = result.updateInfo;
    const { response } = await this.#options.ask({
      type: 'info',
      message: `Version ${version} is there.`,
      detail: 'It is downloaded in the background and installed when you quit.',
      buttons: ['Download', 'Not now'],
      defaultId: 0,
      cancelId: 1,
    });
    if (response === 0) await this.#download(version, () => autoUpdater.downloadUpdate());
    return true;
  }

  async #download(version: string, download: () => Promise<unknown>): Promise<void> {
    try {
      await download();
      await this.#tell(`Version ${version} is ready.`, 'It is installed when you quit.');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      await this.#tell(`Version ${version} was not downloaded.`, `${why} Help, Check for updates tries again.`);
    }
  }

  async #tell(message: string, detail: string): Promise<void> {
    await this.#options.ask({ type: 'info', message, detail, buttons: ['Close'] });
  }
}
