import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../../app/contract/desktop.ts';
import { acceleratorOf } from './accelerator.ts';

export interface MenuContent {
  readonly platform: NodeJS.Platform;
  /** What the window offers; none while there is no window. */
  readonly commands: readonly MenuCommand[];
  readonly recent: readonly { readonly name: string; readonly dir: string }[];
}

/** What the menu's own items do; commands of the palette go to the window. */
export interface MenuActions {
  command(id: string): void;
  openProject(dir: string): void;
  newWindow(): void;
  about(): void;
  checkForUpdates(): void;
  showLog(): void;
}

type Item = MenuItemConstructorOptions;

const separator: Item = { type: 'separator' };
/** The palette's groups, as menus. `Project` is in the menu File. */
const GROUPS = ['Run', 'Design', 'Code', 'Inject', 'Telemetry'] as const;

/** The native menu: every command of the palette once, between what each platform expects. */
export function menuTemplate(content: MenuContent, actions: MenuActions): Item[] {
  const { platform, commands } = content;
  const isMac = platform === 'darwin';
  const inGroup = (group: string): Item[] =>
    commands.filter((command) => command.group === group).map((command) => commandItem(command, isMac, actions));
  const others = commands.filter(({ group }) => !['Project', 'View', ...GROUPS].includes(group));
  const menus: Item[] = [
    { label: '&File', submenu: fileItems(content, inGroup('Project'), actions) },
    { label: '&Edit', submenu: editItems(isMac) },
    { label: '&View', submenu: [...inGroup('View'), separator, ...windowViewItems()] },
    ...[...GROUPS, ...new Set(others.map(({ group }) => group))].map((group) => ({
      label: group,
      submenu: inGroup(group),
    })),
    isMac ? { role: 'windowMenu' } : { label: '&Window', submenu: [{ role: 'minimize', registerAccelerator: false }] },
    { role: 'help', submenu: helpItems(isMac, actions) },
  ];
  const shown = menus.filter(({ submenu }) => !Array.isArray(submenu) || submenu.length > 0);
  return isMac ? [{ role: 'appMenu' }, ...shown] : shown;
}

/** `menu.getMenuItemById` finds the command by it. */
export function itemIdOf(commandId: string): string {
  return `command:${commandId}`;
}

/**
 * The page handles the keys itself, since it knows what has the focus; elsewhere than on a Mac the menu only shows them.
 * On a Mac the page gets a key first, and the menu what the page leaves.
 */
function commandItem({ id, title, keys, isLocal, isEnabled }: MenuCommand, isMac: boolean, actions: MenuActions): Item {
  const hasKeys = keys !== undefined && !(isMac && isLocal);
  return {
    id: itemIdOf(id),
    label: title.replaceAll('&', '&&'),
    enabled: isEnabled,
    ...(hasKeys && { accelerator: acceleratorOf(keys), registerAccelerator: false }),
    click: () => actions.command(id),
  };
}

function fileItems({ platform, recent }: MenuContent, project: Item[], actions: MenuActions): Item[] {
  const opened = recent.map(({ name, dir }): Item => ({
    label: `${name}  (${dir})`.replaceAll('&', '&&'),
    click: () => actions.openProject(dir),
  }));
  const none: Item = { label: 'No projects yet', enabled: false };
  return [
    { label: 'New window', click: () => actions.newWindow() },
    separator,
    ...project,
    separator,
    { label: 'Open recent', submenu: opened.length > 0 ? opened : [none] },
    separator,
    // Not Ctrl W, which closes a tab in most editors.
    { role: 'close', accelerator: 'CommandOrControl+Shift+W' },
    ...(platform === 'darwin' ? [] : [{ role: 'quit' } satisfies Item]),
  ];
}

/** Their keys belong to the page, whose editors have an undo of their own; a Mac has no copying without them. */
function editItems(isMac: boolean): Item[] {
  const roles = ['cut', 'copy', 'paste', 'selectAll'] as const;
  return roles.map((role) => (isMac ? { role } : { role, registerAccelerator: false }));
}

function windowViewItems(): Item[] {
  return [{ role: 'togglefullscreen' }, { role: 'toggleDevTools' }];
}

function helpItems(isMac: boolean, actions: MenuActions): Item[] {
  return [
    { label: 'Check for updates…', click: () => actions.checkForUpdates() },
    { label: 'Show the log', click: () => actions.showLog() },
    ...(isMac ? [] : [separator, { label: 'About Ring Kernel Studio', click: () => actions.about() }]),
  ];
}
