import { connectionProblem } from '../../app/model/topology/edit/connection-problem.ts';
import { type Clip, copyActors, pasteActors } from '../../app/model/topology/edit/clip.ts';
import { leadChannel } from '../../app/model/topology/edit/edit-hosts.ts';
import {
  addActor,
  changeSettings,
  disconnect,
  freeActorId,
  moveActors,
  type NewActor,
  placedEntries,
  type Position,
  removeActors,
  renameActor,
  type SettingChanges,
  takenIds,
} from '../../app/model/topology/edit/edit-topology.ts';
import { actorId as actorIdSchema, type Topology, type TopologyChannel } from '../../app/model/topology/topology.ts';
import { useProject } from '../stores/project.store.ts';
import { channelKey, useSelection } from '../stores/selection.store.ts';
import { useToasts } from '../stores/toasts.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { programsMap } from '../stores/type-hues.ts';
import { useDesigner } from './designer.store.ts';
import { edit } from './history/designer-history.ts';

// What a person does to the topology: each an undoable step with a name.

/** Writes the places that were only laid out, so that nothing jumps when one actor gets a place. */
export function pinned(topology: Topology, moved: ReadonlyMap<string, Position> = new Map()): Topology {
  const { places } = useDesigner.getState();
  const loose = placedEntries(topology).flatMap(({ id, position }): [string, Position][] => {
    const place = position === undefined ? places.get(id) : undefined;
    return place === undefined ? [] : [[id, place]];
  });
  const all = new Map([...loose, ...moved]);
  return all.size === 0 ? topology : moveActors(topology, all);
}

const countActors = (ids: readonly string[]): string => (ids.length === 1 ? (ids[0] ?? '') : `${ids.length} actors`);

/** Adds an actor and selects it; returns its id. */
export function addKernelActor(actor: NewActor): string | undefined {
  const { topology } = useTopology.getState();
  if (topology === undefined) return undefined;
  const id = freeActorId(actor.kernel, takenIds(topology));
  if (!edit(`Add ${id}`, (before) => addActor(pinned(before), actor))) return undefined;
  useSelection.getState().select([id]);
  return id;
}

/** Deletes what is selected: actors with all that leads to them, or channels. */
export function deleteSelection(): void {
  const { actorIds: ids, channels, clear } = useSelection.getState();
  const selected = selectedChannels(channels);
  const name = ids.length > 0 ? `Delete ${countActors(ids)}` : `Delete ${describeChannels(selected)}`;
  const isDone = edit(name, (topology) => removeActors(disconnect(topology, selected), new Set(ids)));
  if (isDone) clear();
}

export function selectedChannels(keys: readonly string[]): readonly TopologyChannel[] {
  const { topology } = useTopology.getState();
  return (topology?.channels ?? []).filter((channel) => keys.includes(channelKey(channel)));
}

function describeChannels(channels: readonly TopologyChannel[]): string {
  const [first] = channels;
  if (channels.length !== 1 || first === undefined) return `${channels.length} channels`;
  return `the channel ${first.from} to ${first.to}`;
}

export function disconnectChannels(channels: readonly TopologyChannel[]): void {
  const [first] = channels;
  const name =
    channels.length === 1 ? `Disconnect ${first?.from} from ${first?.to}` : `Disconnect ${channels.length} channels`;
  edit(name, (topology) => disconnect(topology, channels));
}

/**
 * Connects, or says in a toast why not. `messageType` is what the host actor that it comes from is told to send, in the
 * same step.
 */
export function connectChannel(channel: TopologyChannel, messageType?: string): void {
  const { topology } = useTopology.getState();
  if (topology === undefined) return;
  const programs = programsMap(useProject.getState().programs);
  const problem = connectionProblem({ topology, programs }, channel, messageType);
  if (problem !== undefined) refuseConnection(channel, problem);
  else edit(`Connect ${channel.from} to ${channel.to}`, (before) => leadChannel(before, channel, { messageType }));
}

/** Leads an existing channel elsewhere, in one step; `messageType` as for `connectChannel`. */
export function reconnectChannel(instead: TopologyChannel, channel: TopologyChannel, messageType?: string): void {
  edit(`Connect ${channel.from} to ${channel.to}`, (before) => leadChannel(before, channel, { instead, messageType }));
}

export function refuseConnection(
  { from, to }: TopologyChannel,
  { message, tip }: { readonly message: string; readonly tip?: string },
): void {
  useToasts.getState().show({
    severity: 'warning',
    title: `${from} cannot lead to ${to}`,
    detail: tip === undefined ? message : `${message} ${tip}`,
  });
}

/** One undoable step as long as the same actors are moved without a pause. */
export function moveTo(positions: ReadonlyMap<string, Position>): void {
  const ids = [...positions.keys()];
  if (ids.length === 0) return;
  edit(`Move ${countActors(ids)}`, (topology) => pinned(topology, positions), { key: `move ${ids.join(' ')}` });
}

export function applyLayout(positions: ReadonlyMap<string, Position>): void {
  edit('Lay out all actors', (topology) => moveActors(topology, positions));
}

/** Why an actor cannot have a name; nothing when it can. */
export function renameProblem(oldId: string, newId: string): string | undefined {
  if (oldId === newId) return undefined;
  if (newId === '') return 'A name is needed.';
  const wellFormed = actorIdSchema.safeParse(newId);
  if (!wellFormed.success) return 'Use letters, digits, _ and -, with a letter or _ first.';
  const { topology } = useTopology.getState();
  if (topology === undefined || !takenIds(topology).has(newId)) return undefined;
  const isSupervisor = topology.supervisors?.some(({ id }) => id === newId) === true;
  return `There is ${isSupervisor ? 'a supervisor' : 'another actor'} '${newId}'.`;
}

export function rename(oldId: string, newId: string): void {
  if (oldId === newId || renameProblem(oldId, newId) !== undefined) return;
  const { places } = useDesigner.getState();
  const place = places.get(oldId);
  if (place !== undefined) useDesigner.setState({ places: new Map([...places, [newId, place]]) });
  if (!edit(`Rename ${oldId} to ${newId}`, (topology) => renameActor(topology, oldId, newId))) return;
  const { actorIds: ids, select } = useSelection.getState();
  select(ids.map((id) => (id === oldId ? newId : id)));
}

export function changeActors(ids: readonly string[], changes: SettingChanges): void {
  const [setting = 'settings'] = Object.keys(changes);
  edit(`Change ${settingNames[setting] ?? setting} of ${countActors(ids)}`, (topology) =>
    changeSettings(topology, new Set(ids), changes),
  );
}

const settingNames: Readonly<Record<string, string>> = {
  instances: 'instances',
  block: 'the block size',
  grid: 'the grid size',
  sharedBytes: 'the shared memory',
  gpu: 'the GPU',
  capacity: 'the queue',
  overflow: 'what happens when full',
  outbox: 'the outbox',
  urgent: 'the urgent queue',
  dedup: 'the remembered keys',
};

/** Copies of the actors, with the places that they are shown at. */
export function clipOf(ids: readonly string[]): Clip | undefined {
  const { topology } = useTopology.getState();
  return topology === undefined || ids.length === 0 ? undefined : copyActors(pinned(topology), new Set(ids));
}

/** Adds the clip's actors and selects them. */
export function paste(clip: Clip, { name, offset }: { readonly name: string; readonly offset: Position }): void {
  let ids: readonly string[] = [];
  const isDone = edit(`${name} ${countActors([...clip.actors, ...clip.hosts].map(({ id }) => id))}`, (topology) => {
    const pasted = pasteActors(pinned(topology), clip, offset);
    ids = pasted.ids;
    return pasted.topology;
  });
  if (isDone) useSelection.getState().select(ids);
}

export function changeTopology(name: string, changes: Partial<Pick<Topology, 'name' | 'device'>>): void {
  edit(name, (topology) => ({ ...topology, ...changes }));
}
