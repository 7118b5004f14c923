import { create } from 'zustand';

import { withTypeHues } from '../../../app/model/topology/edit/type-hues.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import { stringifyTopology } from '../../../app/model/topology/write-topology.ts';
import { documents } from '../../stores/documents.ts';
import { useProject } from '../../stores/project.store.ts';
import { useToasts } from '../../stores/toasts.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { programsMap, projectTypeNames } from '../../stores/type-hues.ts';
import { EditHistory, type KeptHistory } from './edit-history.ts';

interface HistoryNames {
  readonly undoName: string | undefined;
  readonly redoName: string | undefined;
}

/** What undo and redo would do, in words. */
export const useHistoryNames = create<HistoryNames>()(() => ({ undoName: undefined, redoName: undefined }));

const history = new EditHistory(() => Date.now());
let openDocument = '';

function tellNames(): void {
  const { undoName, redoName } = history;
  useHistoryNames.setState({ undoName, redoName });
}

const MOST_KEPT_CHARS = 1_000_000;
const storageKey = (): string => `ringstudio.undo ${openDocument}`;

/** A reload of the page loses no step. */
function keepHistory(): void {
  if (!history.hasBegun) return;
  try {
    sessionStorage.setItem(storageKey(), JSON.stringify(history.keep(MOST_KEPT_CHARS)));
  } catch {
    sessionStorage.removeItem(storageKey()); // no room: better none than those of another time
  }
}

function restoreHistory(): void {
  const kept = sessionStorage.getItem(storageKey());
  // Only this module writes the key.
  if (kept !== null) history.restore(JSON.parse(kept) as KeptHistory);
}

window.addEventListener('pagehide', keepHistory);

function observe(): void {
  const { project, topologyPath } = useProject.getState();
  const text = documents.text(topologyPath);
  const document = `${project?.id ?? ''} ${topologyPath}`;
  if (document !== openDocument || text === undefined) {
    keepHistory();
    openDocument = document;
    history.reset(undefined);
  }
  // A text that cannot be read is on its way to one that can: only that one is a step.
  if (text !== undefined && useTopology.getState().problems.length === 0) {
    if (!history.hasBegun) restoreHistory();
    history.observe(text);
  }
  tellNames();
}

useTopology.subscribe(observe);
observe();

export interface EditOptions {
  /** Edits of one key that follow each other closely are undone together. */
  readonly key?: string;
}

/** Changes the topology as one undoable step. False when nothing changed. */
export function edit(name: string, change: (topology: Topology) => Topology, { key }: EditOptions = {}): boolean {
  const { topology, problems } = useTopology.getState();
  const { topologyPath, programs } = useProject.getState();
  if (topology === undefined) return false;
  if (problems.length > 0) {
    useToasts.getState().show({
      severity: 'warning',
      title: `${topologyPath} cannot be read, so the canvas cannot change it`,
      detail: problems[0]?.message,
    });
    return false;
  }
  const changed = change(topology);
  if (changed === topology) return false;
  const text = stringifyTopology(withTypeHues(changed, projectTypeNames(programsMap(programs))));
  if (text === documents.text(topologyPath)) return false;
  history.record({ name, text, key });
  documents.setText(topologyPath, text);
  tellNames();
  return true;
}

export function undo(): void {
  go(history.undo());
}

export function redo(): void {
  go(history.redo());
}

/** False while the text cannot be read: undo would throw away what is being typed. */
export function canTravel(): boolean {
  return useTopology.getState().problems.length === 0;
}

function go(text: string | undefined): void {
  if (text !== undefined) documents.setText(useProject.getState().topologyPath, text);
  tellNames();
}
