import { useEffect } from 'react';

import { keysOf, useCommands } from '../stores/commands.store.ts';

/** Runs the command whose keys are pressed, wherever the focus is; text fields keep what they need themselves. */
export function useKeyBindings(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const keys = keysOf(event);
      const inText = isTextTarget(event.target);
      for (const command of useCommands.getState().commands.values()) {
        if (
          command.isLocal === true ||
          command.keys !== keys ||
          isOfItsRoom(event.target, keys) ||
          (inText && !worksInText(command.keys, command.worksInText))
        )
          continue;
        // The key is ours even when the command cannot run now: F5 must not reload the page.
        event.preventDefault();
        if (command.isEnabled?.() === false) continue;
        event.stopPropagation();
        command.run();
        return;
      }
    };
    // In the capture phase, before Monaco and the canvas.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}

/** `data-keys` of a panel: what it does with these keys goes before what they do elsewhere. */
function isOfItsRoom(target: EventTarget | null, keys: string): boolean {
  return target instanceof HTMLElement && target.closest(`[data-keys~='${keys}']`) !== null;
}

function worksInText(keys: string, wanted: boolean | undefined): boolean {
  return wanted ?? (/^(Shift\+)?F\d+$/.test(keys) || keys.startsWith('Ctrl+'));
}

function isTextTarget(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
