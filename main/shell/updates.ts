import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Dialog } from 'electron';

export interface UpdatesOptions {
  readonly app: Pick<App, 'isPackaged' | 'getVersion'>;
  readonly resourcesPath: string;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
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
    const look = (): void =>
      void this.#look().catch((error: unknown) => this.#options.log(`Updates: ${String(error)}`));
    look();
    setInterval(look, LOOK_EVERY_MS).unref();
  }

  /** Because somebody asked: says what came of it. */
  async check(): Promise<void> {
    const { dialog, app } = this.#options;
    if (!this.isOn) {
      await dialog.showMessageBox({
        type: 'info',
        message: 'Updates are off.',
        detail: `This is version ${app.getVersion()}. Its build names no place to look for others.`,
        buttons: ['Close'],
      });
      return;
    }
    try {
      if (await this.#look()) return;
      const detail = `This is version ${app.getVersion()}.`;
      await dialog.showMessageBox({ type: 'info', message: 'There is no newer version.', detail, buttons: ['Close'] });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const message = 'The update feed could not be read.';
      await dialog.showMessageBox({ type: 'warning', message, detail, buttons: ['Close'] });
    }
  }

  /** True when a newer version is there; it was offered then, now or before. */
  async #look(): Promise<boolean> {
    // Loaded only where it is on: it reads the application's state as soon as it is loaded.
    const { autoUpdater } = await import('electron-updater');
    autoUpdater.autoDownload = false;
    autoUpdater.autoInstallOnAppQuit = true;
    const result = await autoUpdater.checkForUpdates();
    if (result?.isUpdateAvailable !== true) return false;
    if (this.#isOffered) return true;
    this.#isOffered = true;
    const { response } = await this.#options.dialog.showMessageBox({
      type: 'info',
      message: `Version ${result.updateInfo.version} is there.`,
      detail: 'It is downloaded in the background and installed when you quit.',
      buttons: ['Download', 'Not now'],
      defaultId: 0,
      cancelId: 1,
    });
    if (response === 0) await autoUpdater.downloadUpdate();
    return true;
  }
}
