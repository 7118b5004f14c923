import { Blocks, Files, History, MailX, MessageSquareText, Send, Settings, Waypoints } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';

import { runCommand } from '../stores/commands.store.ts';
import { useNavigation, type PanelId } from '../stores/navigation.store.ts';
import menu from '../ui/menu.module.css';
import { Tip } from '../ui/tip.tsx';
import { useTheme, chooseTheme, type ThemeChoice } from './theme.ts';
import styles from './rail.module.css';

const icon = { size: 18, strokeWidth: 1.2 } as const;

const views: readonly { readonly panel: PanelId; readonly label: string; readonly icon: ReactElement }[] = [
  { panel: 'explorer', label: 'Explorer', icon: <Files {...icon} /> },
  { panel: 'palette', label: 'Palette', icon: <Blocks {...icon} /> },
  { panel: 'canvas', label: 'Topology', icon: <Waypoints {...icon} /> },
  { panel: 'injector', label: 'Injector', icon: <Send {...icon} /> },
  { panel: 'messages', label: 'Messages', icon: <MessageSquareText {...icon} /> },
  { panel: 'dead-letters', label: 'Dead letters', icon: <MailX {...icon} /> },
  { panel: 'revisions', label: 'Revisions', icon: <History {...icon} /> },
];

export function Rail(): ReactElement {
  const shown = useNavigation(({ panel }) => panel?.target);
  const showPanel = useNavigation((state) => state.showPanel);
  return (
    <nav className={styles['rail']} aria-label="Views">
      {views.map(({ panel, label, icon: picture }) => (
        <Tip key={panel} text={label}>
          <button type="button" aria-label={label} aria-pressed={panel === shown} onClick={() => showPanel(panel)}>
            {picture}
          </button>
        </Tip>
      ))}
      <span className={styles['gap']} />
      <SettingsMenu />
    </nav>
  );
}

const themes: readonly { readonly choice: ThemeChoice; readonly label: string }[] = [
  { choice: 'system', label: 'Theme of the system' },
  { choice: 'dark', label: 'Dark' },
  { choice: 'light', label: 'Light' },
];

function SettingsMenu(): ReactElement {
  const choice = useTheme((state) => state.choice);
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button" aria-label="Settings">
          <Settings {...icon} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu['menu']} side="right" align="end">
          <DropdownMenu.RadioGroup value={choice} onValueChange={(value) => chooseTheme(value as ThemeChoice)}>
            {themes.map(({ choice: value, label }) => (
              <DropdownMenu.RadioItem key={value} className={menu['item']} value={value}>
                {label}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className={menu['separator']} />
          <DropdownMenu.Item className={menu['item']} onSelect={() => runCommand('view.resetLayout')}>
            Reset this layout
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
