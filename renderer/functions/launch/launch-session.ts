import { z } from 'zod';

import type { Json } from '../../../app/model/message-type.ts';
import { studio } from '../../bridge/client.ts';
import { useLaunchTarget } from '../../stores/launch-target.store.ts';
import { keepInTab } from '../../stores/kept-state.ts';
import { refreshLaunches } from '../launches.store.ts';
import { launchDraft } from './launch-draft.ts';
import { chooseFunction, emptyForm, useLaunchForm } from './launch-form.store.ts';

// The tab keeps what was typed over a reload, the host for the next session and other windows.

const SAVE_AFTER_MS = 1000;
/** What a setting may hold, with room for names. */
const LARGEST = 1_000_000;
let saving: ReturnType<typeof setTimeout> | undefined;

const keptSchema = z.object({
  path: z.string().optional(),
  functionName: z.string(),
  drafts: z.record(z.string(), launchDraft),
});

function keyOf(projectId: string): string {
  return `launch:${projectId}`;
}

async function load(): Promise<void> {
  const { projectId } = useLaunchForm.getState();
  if (projectId === '') return;
  try {
    const { data: kept } = keptSchema.safeParse(await studio.settings.read.query(keyOf(projectId)));
    if (kept === undefined) return; // nothing yet, or of another version of the studio
    useLaunchForm.setState((state) => {
      if (state.projectId !== projectId) return {};
      const isChosen = state.path !== undefined;
      return { ...(isChosen ? {} : kept), drafts: { ...kept.drafts, ...state.drafts } };
    });
  } catch {
    // A form without what was typed in an earlier session does as well.
  }
}

function save(): void {
  const { projectId, path, functionName, drafts } = useLaunchForm.getState();
  const value = { ...(path !== undefined && { path }), functionName, drafts } as unknown as Json;
  if (projectId === '' || JSON.stringify(value).length > LARGEST) return;
  // The tab has it as well: what cannot be kept is no reason to disturb anybody.
  studio.settings.write.mutate({ key: keyOf(projectId), value: value as never }).catch(() => undefined);
}

const POLL_MS = 1000;
/** A compile before it, and a worker that has to be replaced. */
const SLACK_MS = 90_000;

/** A launch that this page began before it was reloaded: its end is found in the host's list. */
async function awaitRunning(): Promise<void> {
  for (;;) {
    const { running } = useLaunchForm.getState();
    if (running === undefined) return;
    const { launchId, startedAtMs, timeLimitMs } = running;
    const launches = await refreshLaunches();
    if (useLaunchForm.getState().running?.launchId !== launchId) return;
    const isOver = launches.some(({ id }) => id === launchId) || Date.now() > startedAtMs + timeLimitMs + SLACK_MS;
    if (isOver) useLaunchForm.setState({ running: undefined });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

keepInTab(useLaunchForm, {
  name: 'launch',
  empty: emptyForm,
  onFollowed: (wasKept) => {
    if (!wasKept) void load();
    void awaitRunning();
  },
});
useLaunchForm.subscribe((state, before) => {
  const isSame = state.drafts === before.drafts && state.path === before.path;
  if (state.projectId !== before.projectId || (isSame && state.functionName === before.functionName)) return;
  clearTimeout(saving);
  saving = setTimeout(save, SAVE_AFTER_MS);
});
useLaunchTarget.subscribe(({ target }) => {
  if (target !== undefined) chooseFunction(target.path, target.functionName);
});
