import {
  addSupervisor,
  changeSupervisor,
  freeSupervisorId,
  moveChild,
  removeSupervisor,
  renameSupervisor,
  setSupervisor,
  type SupervisorChanges,
} from '../../app/model/topology/edit/edit-supervisors.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useSelection } from '../stores/selection.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { useDesigner } from './designer.store.ts';
import { renameProblem } from './edits.ts';
import { edit } from './history/designer-history.ts';

// What a person does to supervisors: each an undoable step with a name.

/** Opens a supervisor in the properties of the topology; the focus stays where it is. */
export function revealSupervisor(id: string, { wantsFocus = false } = {}): void {
  useSelection.getState().clear();
  useDesigner.setState(({ supervisor }) => ({ supervisor: { id, count: (supervisor?.count ?? 0) + 1, wantsFocus } }));
}

/** Goes to a supervisor in the properties of the topology. */
export function showSupervisor(id: string): void {
  revealSupervisor(id, { wantsFocus: true });
  useNavigation.getState().showPanel('properties');
}

/** A new supervisor over some actors, which it shows. */
export function supervise(ids: readonly string[]): void {
  const { topology } = useTopology.getState();
  if (topology === undefined || ids.length === 0) return;
  const id = freeSupervisorId(topology);
  if (edit(`Add ${id}`, (before) => addSupervisor(before, ids))) showSupervisor(id);
}

export function putUnder(ids: readonly string[], supervisorId: string | undefined): void {
  const who = ids.length === 1 ? (ids[0] ?? '') : `${ids.length} actors`;
  edit(`Change the supervisor of ${who}`, (topology) =>
    ids.reduce((before, id) => setSupervisor(before, id, supervisorId), topology),
  );
}

export function moveChildBy(childId: string, by: -1 | 1): void {
  edit(`Move ${childId} among its siblings`, (topology) => moveChild(topology, childId, by));
}

export function changeSupervision(id: string, name: string, changes: SupervisorChanges): void {
  edit(`Change ${name} of ${id}`, (topology) => changeSupervisor(topology, id, changes));
}

export function renameSupervision(oldId: string, newId: string): void {
  if (renameProblem(oldId, newId) !== undefined) return;
  if (!edit(`Rename ${oldId} to ${newId}`, (topology) => renameSupervisor(topology, oldId, newId))) return;
  const { supervisor } = useDesigner.getState();
  if (supervisor?.id === oldId) useDesigner.setState({ supervisor: { ...supervisor, id: newId } });
}

export function deleteSupervision(id: string): void {
  edit(`Delete ${id}`, (topology) => removeSupervisor(topology, id));
}
