import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import type { MenuCommand } from '../../../app/contract/desktop.ts';
import { acceleratorOf } from './accelerator.ts';
import { menuTemplate, type MenuActions } from './menu-template.ts';

const actions = {
  ...{ command: vi.fn(), openProject: vi.fn(), newWindow: vi.fn() },
  ...{ about: vi.fn(), checkForUpdates: vi.fn(), showLog: vi.fn() },
} satisfies MenuActions;

function command(id: string, more: Partial<MenuCommand> = {}): MenuCommand {
  return { id, title: id, group: 'Run', isLocal: false, isEnabled: true, ...more };
}

function flat(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
}

describe('the native menu', () => {
  const commands = [
    command('run.start', { keys: 'F5' }),
    command('project.open', { group: 'Project', keys: 'Ctrl+O' }),
    command('view.commands', { group: 'View', keys: 'Ctrl+K' }),
    command('design.delete', { group: 'Design', keys: 'Delete', isLocal: true, isEnabled: false }),
    command('new.thing', { group: 'Something new', title: 'Cut & run' }),
  ];

  test.each(['linux', 'win32', 'darwin'] as const)('has every command exactly once on %s, and runs it', (platform) => {
    const items = flat(menuTemplate({ platform, commands, recent: [] }, actions));
    for (const { id } of commands) {
      const found = items.filter((item) => item.id === `command:${id}`);
      expect(found).toHaveLength(1);
      found[0]!.click!(undefined as never, undefined, undefined as never);
      expect(actions.command).toHaveBeenLastCalledWith(id);
    }
    expect(items.find(({ id }) => id === 'command:design.delete')?.enabled).toBe(false);
    expect(items.find(({ id }) => id === 'command:new.thing')?.label).toBe('Cut && run');
  });

  test('shows the keys and leaves them to the page, which knows what has the focus', () => {
    const items = flat(menuTemplate({ platform: 'linux', commands, recent: [] }, actions));
    const open = items.find(({ id }) => id === 'command:project.open');
    expect(open).toMatchObject({ accelerator: 'CommandOrControl+O', registerAccelerator: false });
    expect(items.find(({ id }) => id === 'command:design.delete')?.accelerator).toBe('Delete');
    // Where an accelerator cannot be shown alone, keys that work in one room only are not.
    const mac = flat(menuTemplate({ platform: 'darwin', commands, recent: [] }, actions));
    expect(mac.find(({ id }) => id === 'command:design.delete')).not.toHaveProperty('accelerator');
  });

  test('has no empty menus, and what a platform expects', () => {
    const labels = (platform: NodeJS.Platform) =>
      menuTemplate({ platform, commands: [], recent: [] }, actions).map(({ label, role }) => label ?? role);
    expect(labels('linux')).toEqual(['&File', '&Edit', '&View', '&Window', 'help']);
    expect(labels('darwin')).toEqual(['appMenu', '&File', '&Edit', '&View', 'windowMenu', 'help']);
  });

  test('opens what was opened last', () => {
    const recent = [{ name: 'Ring', dir: '/projects/ring' }];
    const items = flat(menuTemplate({ platform: 'linux', commands, recent }, actions));
    const item = items.find(({ label }) => label === 'Ring  (/projects/ring)');
    item!.click!(undefined as never, undefined, undefined as never);
    expect(actions.openProject).toHaveBeenCalledWith('/projects/ring');
  });
});

test.each([
  ['Ctrl+Shift+S', 'CommandOrControl+Shift+S'],
  ['F5', 'F5'],
  ['Ctrl+Enter', 'CommandOrControl+Return'],
  ['+', 'Plus'],
  ['Ctrl++', 'CommandOrControl+Plus'],
  ['-', '-'],
  ['Ctrl+ArrowUp', 'CommandOrControl+Up'],
])('the keys %s are written %s', (keys, accelerator) => {
  expect(acceleratorOf(keys)).toBe(accelerator);
});
