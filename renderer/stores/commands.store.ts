import { useEffect } from 'react';
import { create } from 'zustand';

/** Something a person can do, from the palette, by key, or by a button. */
export interface Command {
  /** `run.start` */
  readonly id: string;
  /** Sentence case, an imperative: `Start the actors`. */
  readonly title: string;
  readonly group: 'Run' | 'Design' | 'Code' | 'Inject' | 'Telemetry' | 'View' | 'Project';
  /** As shown and as matched, `Ctrl+K`, `Shift+F5`; Ctrl is Cmd on a Mac. */
  readonly keys?: string;
  /** False: the key is left to a text field or the code editor that has the focus. Default true for F-keys and Ctrl keys. */
  readonly worksInText?: boolean;
  /** True: the room that offers it binds its keys itself, where it has the focus; they are only shown elsewhere. */
  readonly isLocal?: boolean;
  isEnabled?(): boolean;
  run(): unknown;
}

interface CommandsState {
  readonly commands: ReadonlyMap<string, Command>;
  /** Returns what takes them away again. */
  readonly add: (commands: readonly Command[]) => () => void;
}

export const useCommands = create<CommandsState>()((set) => ({
  commands: new Map(),
  add: (added) => {
    set(({ commands }) => ({
      commands: new Map([...commands, ...added.map((command) => [command.id, command] as const)]),
    }));
    return () =>
      set(({ commands }) => ({
        commands: new Map(
          [...commands].filter(([id, command]) => !added.some((own) => own.id === id && own === command)),
        ),
      }));
  },
}));

/** Offers commands as long as the component is mounted. `commands` must be stable (module level, or useMemo). */
export function useOfferedCommands(commands: readonly Command[]): void {
  const add = useCommands((state) => state.add);
  useEffect(() => add(commands), [add, commands]);
}

export function runCommand(id: string): void {
  const command = useCommands.getState().commands.get(id);
  if (command !== undefined && command.isEnabled?.() !== false) command.run();
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** `Ctrl+Shift+P` of a keyboard event. */
export function keysOf(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (isMac ? event.metaKey : event.ctrlKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey) parts.push('Shift');
  parts.push(event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return parts.join('+');
}

/** The keys in the platform's words. */
export function keyLabel(keys: string): string {
  return isMac ? keys.replace('Ctrl+', '⌘').replace('Shift+', '⇧').replace('Alt+', '⌥') : keys.replaceAll('+', ' ');
}
