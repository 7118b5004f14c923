import { create } from 'zustand';

import type { Json } from '../../app/model/message-type.ts';
import { findRecipient } from '../../app/model/topology/find-recipient.ts';
import type { Topology } from '../../app/model/topology/topology.ts';
import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { type ProjectState, useProject } from '../stores/project.store.ts';
import { showFailure } from '../stores/toasts.store.ts';
import type { JsonMessage } from './draft.ts';

/** The contract's JSON is not readonly, though nobody writes to it. */
type WireJson = Parameters<typeof studio.settings.write.mutate>[0]['value'];

export interface Preset {
  readonly name: string;
  readonly message: JsonMessage;
}

interface PresetsState {
  readonly projectId: string;
  /** By message type, in the order of saving. */
  readonly byType: Readonly<Record<string, readonly Preset[]>>;
}

/** Kept by the host, so that every window and the next session have them. */
export const usePresets = create<PresetsState>()(() => ({ projectId: '', byType: {} }));

async function load(projectId: string): Promise<void> {
  if (projectId === usePresets.getState().projectId) return;
  usePresets.setState({ projectId, byType: {} });
  if (projectId === '') return;
  try {
    const byType = readPresets(await studio.settings.read.query(`presets:${projectId}`));
    usePresets.setState((state) => (state.projectId === projectId ? { byType: { ...byType, ...state.byType } } : {}));
  } catch {
    // Without a connection there are none to show; the next opening of the project asks again.
    usePresets.setState({ projectId: '' });
  }
}

useProject.subscribe(({ project }) => void load(project?.id ?? ''));
void load(useProject.getState().project?.id ?? '');

function readPresets(json: Json): PresetsState['byType'] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return {};
  return Object.fromEntries(
    Object.entries(json).map(([type, presets]) => [type, Array.isArray(presets) ? presets.filter(isPreset) : []]),
  );
}

function isPreset(json: unknown): json is Preset {
  const { name, message } = (json ?? {}) as { readonly name?: unknown; readonly message?: unknown };
  return typeof name === 'string' && typeof message === 'object' && message !== null;
}

/** Adds the preset, or writes over the one of that name. */
export function savePreset(type: string, preset: Preset): void {
  const presets = usePresets.getState().byType[type] ?? [];
  const index = presets.findIndex(({ name }) => name === preset.name);
  change(type, index === -1 ? [...presets, preset] : presets.with(index, preset));
}

export function deletePreset(type: string, name: string): void {
  change(
    type,
    (usePresets.getState().byType[type] ?? []).filter((preset) => preset.name !== name),
  );
}

function change(type: string, presets: readonly Preset[]): void {
  const { projectId, byType } = usePresets.getState();
  const changed = { ...byType, [type]: presets };
  usePresets.setState({ byType: changed });
  studio.settings.write
    .mutate({ key: `presets:${projectId}`, value: changed as unknown as WireJson })
    .catch((error: unknown) => showFailure('The presets were not saved', toFailure(error)));
}

/** The `inject` entries of the topology that reach this actor with this type. */
export function topologyPresets(
  { topology, programs }: { readonly topology: Topology; readonly programs: ProjectState['programs'] },
  actorId: string,
  typeName: string,
): readonly Preset[] {
  const entries = (topology.inject ?? []).filter((entry) => {
    const result = findRecipient({ topology, programs: new Map(Object.entries(programs)) }, entry);
    return 'recipient' in result && result.recipient.actor.id === actorId && result.recipient.message.name === typeName;
  });
  return entries.map(({ message }, index) => ({
    name: entries.length === 1 ? 'From the topology' : `From the topology ${index + 1}`,
    message: message as JsonMessage, // the file was read as JSON
  }));
}
