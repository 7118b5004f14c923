import type { BrowserWindow, Menu as MenuModule } from 'electron';
import type { MenuCommand } from '../../../app/contract/desktop.ts';
import { itemIdOf, menuTemplate, type MenuActions, type MenuContent } from './menu-template.ts';

export interface AppMenuOptions {
  readonly menus: typeof MenuModule;
  readonly platform: NodeJS.Platform;
  readonly actions: MenuActions;
}

/** The menu of the window in front: built anew when its commands change, and only switched on and off when they do not. */
export class AppMenu {
  readonly #options: AppMenuOptions;
  readonly #commands = new WeakMap<BrowserWindow, readonly MenuCommand[]>();
  #shown: readonly MenuCommand[] = [];
  #recent: MenuContent['recent'] = [];

  constructor(options: AppMenuOptions) {
    this.#options = options;
  }

  /** A window offers these from now on. */
  offer(window: BrowserWindow, commands: readonly MenuCommand[], isInFront: boolean): void {
    this.#commands.set(window, commands);
    if (isInFront) this.#show(commands);
  }

  /** This window is in front now, or none is. */
  follow(window: BrowserWindow | undefined): void {
    this.#show(window === undefined ? [] : (this.#commands.get(window) ?? []));
  }

  setRecent(recent: MenuContent['recent']): void {
    if (JSON.stringify(recent) === JSON.stringify(this.#recent)) return;
    this.#recent = recent;
    this.build();
  }

  build(): void {
    const { menus, platform, actions } = this.#options;
    const template = menuTemplate({ platform, commands: this.#shown, recent: this.#recent }, actions);
    menus.setApplicationMenu(menus.buildFromTemplate(template));
  }

  #show(commands: readonly MenuCommand[]): void {
    const before = this.#shown;
    this.#shown = commands;
    if (!isSameBut(before, commands)) {
      this.build();
      return;
    }
    // An open menu stays open.
    const menu = this.#options.menus.getApplicationMenu();
    for (const { id, isEnabled } of commands) {
      const item = menu?.getMenuItemById(itemIdOf(id));
      if (item) item.enabled = isEnabled;
    }
  }
}

/** The same commands, whether or not each can be chosen. */
function isSameBut(a: readonly MenuCommand[], b: readonly MenuCommand[]): boolean {
  const without = (commands: readonly MenuCommand[]): string =>
    JSON.stringify(commands.map((command) => ({ ...command, isEnabled: true })));
  return without(a) === without(b);
}
