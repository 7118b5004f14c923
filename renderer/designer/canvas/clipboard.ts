import { clipText, parseClip } from '../../../app/model/topology/edit/clip.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { useToasts } from '../../stores/toasts.store.ts';
import { clipOf, deleteSelection, paste } from '../edits.ts';

const step = 24;

/** What was copied last in this window, for browsers that do not let the page read the clipboard. */
let lastCopied: string | undefined;
let pastes = 0;

export async function copySelection(): Promise<void> {
  const clip = clipOf(useSelection.getState().actorIds);
  if (clip === undefined) return;
  lastCopied = clipText(clip);
  pastes = 0;
  try {
    await navigator.clipboard.writeText(lastCopied);
  } catch {
    // Not allowed here: what was copied can still be pasted in this window.
  }
}

export async function cutSelection(): Promise<void> {
  await copySelection();
  deleteSelection();
}

export async function pasteClipboard(): Promise<void> {
  const clip = parseClip((await readClipboard()) ?? '') ?? parseClip(lastCopied ?? '');
  if (clip === undefined) {
    useToasts.getState().show({
      severity: 'info',
      title: 'The clipboard holds no actors',
      detail: 'Copy actors of this or another topology first.',
    });
    return;
  }
  pastes++;
  paste(clip, { name: 'Paste', offset: { x: step * pastes, y: step * pastes } });
}

export function duplicateSelection(): void {
  const clip = clipOf(useSelection.getState().actorIds);
  if (clip !== undefined) paste(clip, { name: 'Duplicate', offset: { x: step, y: step } });
}

async function readClipboard(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return undefined;
  }
}
