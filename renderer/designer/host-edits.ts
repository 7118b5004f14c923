import { addHost, changeHost, type HostChanges, type HostKind } from '../../app/model/topology/edit/edit-hosts.ts';
import { freeActorId, type Position, takenIds } from '../../app/model/topology/edit/edit-topology.ts';
import { type FieldFill, setFill } from '../../app/model/topology/edit/host-fills.ts';
import { useSelection } from '../stores/selection.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { pinned } from './edits.ts';
import { edit } from './history/designer-history.ts';

// What a person does to host actors, besides what is done to all actors: each an undoable step with a name.

/** Adds a host actor and selects it. */
export function addHostActor(kind: HostKind, position?: Position): void {
  const { topology } = useTopology.getState();
  if (topology === undefined) return;
  const id = freeActorId(kind, takenIds(topology));
  if (edit(`Add ${id}`, (before) => addHost(pinned(before), kind, position))) useSelection.getState().select([id]);
}

/** `what`: in words, `the period`. */
export function changeHostActor(id: string, what: string, changes: HostChanges): void {
  edit(`Change ${what} of ${id}`, (topology) => changeHost(topology, id, changes));
}

/** Edits of one field that follow each other closely are undone together. */
export function fillField(id: string, fill: FieldFill): void {
  edit(`Change how ${fill.path} of ${id} is filled`, (topology) => setFill(topology, id, fill), {
    key: `fill ${id} ${fill.path}`,
  });
}
