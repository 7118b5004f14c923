import type { DockviewApi } from 'dockview-react';

import type { LayoutName, PanelId } from '../../stores/navigation.store.ts';

export const panelTitles: Readonly<Record<PanelId, string>> = {
  explorer: 'Explorer',
  palette: 'Palette',
  canvas: 'Topology',
  comparison: 'Comparison',
  properties: 'Properties',
  injector: 'Injector',
  launch: 'Launch',
  messages: 'Messages',
  'dead-letters': 'Dead letters',
  checkpoints: 'Checkpoints',
  supervision: 'Supervision',
  problems: 'Problems',
  console: 'Console',
  buffers: 'Buffers',
  'telemetry-strip': 'Telemetry',
  monitor: 'Actors',
  gpus: 'GPUs',
  alerts: 'Alerts',
  revisions: 'Revisions',
};

/** Where a panel goes that the layout does not hold, beside what it is usually seen with. */
export const companions: Readonly<Record<PanelId, readonly PanelId[]>> = {
  explorer: ['palette', 'revisions'],
  palette: ['explorer', 'revisions'],
  revisions: ['explorer', 'palette'],
  canvas: ['monitor'],
  monitor: ['canvas'],
  comparison: ['canvas', 'monitor'],
  gpus: ['monitor', 'alerts', 'problems', 'console'],
  properties: ['injector', 'alerts'],
  injector: ['properties', 'alerts'],
  launch: ['injector', 'properties', 'alerts'],
  alerts: ['properties', 'injector'],
  problems: ['console', 'messages'],
  console: ['problems', 'messages'],
  buffers: ['console', 'problems', 'messages'],
  messages: ['console', 'problems'],
  'dead-letters': ['monitor', 'messages', 'problems'],
  checkpoints: ['alerts', 'revisions', 'problems', 'console'],
  supervision: ['alerts', 'problems', 'console'],
  'telemetry-strip': ['problems', 'console'],
};

/** Shares of the workbench of what shows little when it is lower: its group grows when it comes into view. */
export const leastHeights: Partial<Readonly<Record<PanelId, number>>> = { buffers: 0.42 };

/** Below this width the explorer folds into the rail. */
const NARROW = 1340;

/** Builds a layout as it is before anybody has changed it. */
export function buildLayout(api: DockviewApi, name: LayoutName): void {
  api.clear();
  const isNarrow = window.innerWidth < NARROW;
  if (name === 'design') buildDesign(api, isNarrow);
  else if (name === 'code') buildCode(api, isNarrow);
  else buildMonitor(api);
  // Later panels take room from earlier ones: sizes hold only once all are there.
  for (const { panel, width, height } of sizes[name]) {
    api.getPanel(panel)?.api.setSize({ ...(width && { width }), ...(height && { height }) });
  }
}

interface Size {
  readonly panel: PanelId;
  readonly width?: number;
  readonly height?: number;
}

const sizes: Readonly<Record<LayoutName, readonly Size[]>> = {
  design: [
    { panel: 'explorer', width: 212 },
    { panel: 'properties', width: 268 },
    { panel: 'problems', height: 188 },
    { panel: 'telemetry-strip', width: 340 },
  ],
  code: [
    { panel: 'explorer', width: 212 },
    { panel: 'injector', width: 300 },
    { panel: 'problems', height: 148 },
  ],
  monitor: [{ panel: 'alerts', width: 264 }],
};

interface Place {
  readonly of: PanelId;
  readonly direction: 'left' | 'right' | 'below' | 'within';
  readonly size?: number;
  readonly isHidden?: boolean;
}

function add(api: DockviewApi, id: PanelId, place?: Place): void {
  const isSideways = place?.direction === 'left' || place?.direction === 'right';
  api.addPanel({
    id,
    component: 'panel',
    title: panelTitles[id],
    ...(place === undefined ? {} : { position: { referencePanel: place.of, direction: place.direction } }),
    ...(place?.size === undefined ? {} : isSideways ? { initialWidth: place.size } : { initialHeight: place.size }),
    ...(place?.direction === 'within' ? { inactive: true } : {}),
  });
}

function buildDesign(api: DockviewApi, isNarrow: boolean): void {
  add(api, 'canvas');
  add(api, 'properties', { of: 'canvas', direction: 'right', size: 268 });
  add(api, 'injector', { of: 'properties', direction: 'within' });
  if (!isNarrow) addExplorer(api);
  add(api, 'problems', { of: 'canvas', direction: 'below', size: isNarrow ? 160 : 188 });
  add(api, 'console', { of: 'problems', direction: 'within' });
  add(api, 'messages', { of: 'problems', direction: 'within' });
  add(api, 'dead-letters', { of: 'problems', direction: 'within' });
  add(api, 'telemetry-strip', { of: 'problems', direction: 'right', size: isNarrow ? 300 : 340 });
}

function addExplorer(api: DockviewApi): void {
  add(api, 'explorer', { of: 'canvas', direction: 'left', size: 212 });
  add(api, 'palette', { of: 'explorer', direction: 'within' });
}

function buildCode(api: DockviewApi, isNarrow: boolean): void {
  add(api, 'canvas');
  add(api, 'injector', { of: 'canvas', direction: 'right', size: 300 });
  add(api, 'launch', { of: 'injector', direction: 'within' });
  add(api, 'properties', { of: 'injector', direction: 'within' });
  if (!isNarrow) {
    add(api, 'explorer', { of: 'canvas', direction: 'left', size: 212 });
    add(api, 'revisions', { of: 'explorer', direction: 'below', size: 220 });
  }
  add(api, 'problems', { of: 'canvas', direction: 'below', size: 148 });
  add(api, 'console', { of: 'problems', direction: 'within' });
  add(api, 'buffers', { of: 'problems', direction: 'within' });
  add(api, 'messages', { of: 'problems', direction: 'within' });
  add(api, 'dead-letters', { of: 'problems', direction: 'within' });
}

function buildMonitor(api: DockviewApi): void {
  add(api, 'monitor');
  add(api, 'dead-letters', { of: 'monitor', direction: 'within' });
  add(api, 'gpus', { of: 'monitor', direction: 'within' });
  add(api, 'alerts', { of: 'monitor', direction: 'right', size: 264 });
  add(api, 'supervision', { of: 'alerts', direction: 'within' });
  add(api, 'checkpoints', { of: 'alerts', direction: 'within' });
  add(api, 'messages', { of: 'alerts', direction: 'within' });
  add(api, 'console', { of: 'alerts', direction: 'within' });
}
