import type { KeyboardEvent } from 'react';

import { placedEntries } from '../../app/model/topology/edit/edit-topology.ts';
import { type Command, keysOf } from '../stores/commands.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { useSelection } from '../stores/selection.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { canvasActions } from './canvas/canvas-actions.ts';
import { copySelection, cutSelection, duplicateSelection, pasteClipboard } from './canvas/clipboard.ts';
import { useDesigner } from './designer.store.ts';
import { deleteSelection } from './edits.ts';
import { supervise } from './supervisor-edits.ts';
import { canTravel, redo, undo, useHistoryNames } from './history/designer-history.ts';

const hasActors = (): boolean => useSelection.getState().actorIds.length > 0;
const hasSelection = (): boolean => hasActors() || useSelection.getState().channels.length > 0;
const isOpen = (): boolean => useTopology.getState().topology !== undefined;
/** Host actors apart, which have no code and no supervisor. */
const hasDeviceActors = (): boolean => {
  const { actorIds } = useSelection.getState();
  return useTopology.getState().topology?.actors.some(({ id }) => actorIds.includes(id)) ?? false;
};
const onlyActor = (): string | undefined => {
  const { actorIds } = useSelection.getState();
  return actorIds.length === 1 ? actorIds[0] : undefined;
};

function selectAll(): void {
  const { topology } = useTopology.getState();
  useSelection.getState().select(topology === undefined ? [] : placedEntries(topology).map(({ id }) => id));
}

function openCode(): void {
  const id = onlyActor();
  const actor = useTopology.getState().topology?.actors.find((entry) => entry.id === id);
  if (actor === undefined) return;
  const kernels = useProject.getState().programs[actor.source]?.kernels;
  const location = kernels?.find(({ name }) => name === actor.kernel)?.location;
  useNavigation.getState().openFile(location?.file ?? actor.source, location);
}

const design = { group: 'Design', isLocal: true, worksInText: false } as const;

/** Their keys work where the canvas, the palette or the properties have the focus; text fields keep theirs. */
export const designerCommands: readonly Command[] = [
  {
    ...{ ...design, id: 'design.undo', title: 'Undo in the topology', keys: 'Ctrl+Z', run: undo },
    isEnabled: () => useHistoryNames.getState().undoName !== undefined && canTravel(),
  },
  {
    ...{ ...design, id: 'design.redo', title: 'Redo in the topology', keys: 'Ctrl+Shift+Z', run: redo },
    isEnabled: () => useHistoryNames.getState().redoName !== undefined && canTravel(),
  },
  {
    ...design,
    id: 'design.delete',
    title: 'Delete what is selected',
    keys: 'Delete',
    isEnabled: hasSelection,
    run: deleteSelection,
  },
  { ...design, id: 'design.copy', title: 'Copy actors', keys: 'Ctrl+C', isEnabled: hasActors, run: copySelection },
  { ...design, id: 'design.cut', title: 'Cut actors', keys: 'Ctrl+X', isEnabled: hasActors, run: cutSelection },
  { ...design, id: 'design.paste', title: 'Paste actors', keys: 'Ctrl+V', isEnabled: isOpen, run: pasteClipboard },
  {
    ...design,
    id: 'design.duplicate',
    title: 'Duplicate actors',
    keys: 'Ctrl+D',
    isEnabled: hasActors,
    run: duplicateSelection,
  },
  {
    ...{ ...design, id: 'design.rename', title: 'Rename the actor', keys: 'F2' },
    isEnabled: () => onlyActor() !== undefined,
    run: () => useDesigner.setState({ renaming: onlyActor() }),
  },
  {
    ...{ ...design, id: 'design.supervise', title: 'Add a supervisor of the actors', isEnabled: hasDeviceActors },
    run: () => supervise(useSelection.getState().actorIds),
  },
  {
    ...design,
    id: 'design.code',
    title: 'Open the code of the actor',
    isEnabled: () => onlyActor() !== undefined && hasDeviceActors(),
    run: openCode,
  },
  { ...design, id: 'design.selectAll', title: 'Select all actors', keys: 'Ctrl+A', isEnabled: isOpen, run: selectAll },
  {
    ...design,
    id: 'design.layout',
    title: 'Lay out all actors',
    isEnabled: isOpen,
    run: () => canvasActions()?.autoLayout(),
  },
  {
    ...design,
    id: 'design.fit',
    title: 'Fit all actors into the canvas',
    keys: 'Shift+1',
    isEnabled: isOpen,
    run: () => canvasActions()?.fit(),
  },
  { ...design, id: 'design.zoomIn', title: 'Zoom in', keys: '+', run: () => canvasActions()?.zoomIn() },
  { ...design, id: 'design.zoomOut', title: 'Zoom out', keys: '-', run: () => canvasActions()?.zoomOut() },
  {
    ...{ ...design, id: 'design.find', title: 'Find an actor on the canvas', keys: 'Ctrl+F', isEnabled: isOpen },
    run: () => useDesigner.setState(({ found }) => ({ found: found ?? new Set() })),
  },
  {
    ...{ ...design, id: 'design.add', title: 'Add an actor from the palette', isEnabled: isOpen },
    run: () => useNavigation.getState().showPanel('palette'),
  },
];

const alternatives: Readonly<Record<string, string>> = {
  'Ctrl+Y': 'Ctrl+Shift+Z',
  Backspace: 'Delete',
  'Shift++': '+',
  'Shift+!': 'Shift+1',
  '=': '+',
};

/** To be called with keys pressed anywhere in the designer's panels. True when the key meant a command. */
export function runDesignerKey(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.defaultPrevented || (target instanceof HTMLElement && isText(target))) return false;
  const pressed = event.shiftKey && event.code === 'Digit1' ? 'Shift+1' : keysOf(event.nativeEvent);
  const keys = alternatives[pressed] ?? pressed;
  const command = designerCommands.find((entry) => entry.keys === keys);
  if (command === undefined) return false;
  event.preventDefault();
  event.stopPropagation();
  if (command.isEnabled?.() !== false) command.run();
  return true;
}

function isText(target: HTMLElement): boolean {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
