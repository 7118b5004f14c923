import { create } from 'zustand';

import type { Problem } from '../../app/base/studio-error.ts';
import { parseTopology } from '../../app/model/topology/parse-topology.ts';
import type { Topology } from '../../app/model/topology/topology.ts';
import { stringifyTopology } from '../../app/model/topology/write-topology.ts';
import { documents } from './documents.ts';
import { useProject } from './project.store.ts';

interface TopologyState {
  /** The last text of the topology file that could be read. */
  readonly topology: Topology | undefined;
  /** Why the present text cannot be read; then the canvas shows the last good one and cannot change it. */
  readonly problems: readonly Problem[];
}

/** The topology of the open project, derived from the text of its file, which is the only truth. */
export const useTopology = create<TopologyState>()(() => ({ topology: undefined, problems: [] }));

let shownText: string | undefined;

function readText(): void {
  const path = useProject.getState().topologyPath;
  const text = documents.text(path);
  if (text === shownText) return;
  shownText = text;
  if (text === undefined) {
    useTopology.setState({ topology: undefined, problems: [] });
    return;
  }
  const result = parseTopology(text, path);
  if ('document' in result) useTopology.setState({ topology: result.document, problems: [] });
  else useTopology.setState({ problems: result.problems });
}

documents.onDidChange(readText);
useProject.subscribe(readText);

/** Writes a changed topology into its file's text. Undo lives above this: see the designer's history. */
export function setTopology(topology: Topology): void {
  documents.setText(useProject.getState().topologyPath, stringifyTopology(topology));
}
