import { useEffect } from 'react';

import type { DesktopBridge, MenuCommand } from '../../app/contract/desktop.ts';
import { desktop } from '../bridge/desktop.ts';
import { runCommand, useCommands } from '../stores/commands.store.ts';
import { documents } from '../stores/documents.ts';
import { useProject } from '../stores/project.store.ts';
import { openProject } from './choose-project.ts';

/** Whether a command can be chosen depends on all kinds of things; this often the menu looks. */
const LOOK_EVERY_MS = 300;

/** What the window and the desktop application around it tell each other; nothing in a browser. */
export function useDesktop(): void {
  useEffect(() => (desktop === undefined ? undefined : connectDesktop(desktop)), []);
  const dir = useProject(({ project }) => project?.dir ?? null);
  useEffect(() => desktop?.showsProject(dir), [dir]);
}

function connectDesktop(bridge: DesktopBridge): () => void {
  let offered = '';
  const offer = (): void => {
    const commands = menuCommands();
    const text = JSON.stringify(commands);
    if (text === offered) return;
    offered = text;
    bridge.offerCommands(commands);
  };
  const timer = setInterval(offer, LOOK_EVERY_MS);
  const stops = [
    useCommands.subscribe(offer),
    bridge.onCommand(runCommand),
    bridge.onOpenProject((path) => void openProject(path)),
    bridge.onFlush(() => documents.flush()),
  ];
  offer();
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

function menuCommands(): readonly MenuCommand[] {
  return [...useCommands.getState().commands.values()].map((command) => ({
    id: command.id,
    title: command.title,
    group: command.group,
    ...(command.keys !== undefined && { keys: command.keys }),
    isLocal: command.isLocal === true,
    isEnabled: command.isEnabled?.() !== false,
  }));
}
