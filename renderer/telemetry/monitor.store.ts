import { create } from 'zustand';

import { useProject } from '../stores/project.store.ts';
import { type LiveTelemetry, telemetry } from '../stores/telemetry-history.ts';
import type { ActorColumn } from './table/actor-rows.ts';

/** The part of the kept time that the charts show. */
export interface TimeWindow {
  readonly spanMs: number;
  /** Undefined: the newest, as it comes. */
  readonly endMs: number | undefined;
}

interface MonitorState {
  readonly projectId: string;
  readonly sort: { readonly column: ActorColumn; readonly isDescending: boolean };
  readonly filter: string;
  readonly pinned: readonly string[];
  readonly window: TimeWindow;
  /** While held: what the table showed at that moment. The run goes on. */
  readonly held: LiveTelemetry | undefined;
  /** Where the crosshair stands, Unix ms. */
  readonly crosshairMs: number | undefined;
}

export const LONGEST_MS = 600_000;
const SHORTEST_MS = 5_000;

export const useMonitor = create<MonitorState>()(() => ({
  projectId: '',
  sort: { column: 'state', isDescending: false },
  filter: '',
  pinned: [],
  window: { spanMs: 60_000, endMs: undefined },
  held: undefined,
  crosshairMs: undefined,
}));

export function goLive(): void {
  useMonitor.setState(({ window }) => ({
    held: undefined,
    crosshairMs: undefined,
    window: { ...window, endMs: undefined },
  }));
}

export function hold(): void {
  if (telemetry.live === undefined || useMonitor.getState().held !== undefined) return;
  useMonitor.setState(({ window }) => ({
    held: telemetry.live,
    window: { ...window, endMs: window.endMs ?? telemetry.newestMs },
  }));
}

/** Shows another part of the kept time. Away from the newest end the view is held. */
export function showWindow(endMs: number, spanMs: number): void {
  const newest = telemetry.newestMs;
  const oldest = telemetry.oldestMs;
  if (newest === undefined || oldest === undefined) return;
  const span = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, spanMs));
  const isAtEnd = endMs >= newest - 500;
  if (isAtEnd && useMonitor.getState().held === undefined) {
    useMonitor.setState({ window: { spanMs: span, endMs: undefined } });
    return;
  }
  hold();
  const end = Math.min(newest, Math.max(endMs, Math.min(newest, oldest + span)));
  useMonitor.setState({ window: { spanMs: span, endMs: end } });
}

export function togglePin(actorId: string): void {
  useMonitor.setState(({ pinned, projectId }) => {
    const changed = pinned.includes(actorId) ? pinned.filter((id) => id !== actorId) : [...pinned, actorId];
    keepPins(projectId, changed);
    return { pinned: changed };
  });
}

function keepPins(projectId: string, pinned: readonly string[]): void {
  try {
    localStorage.setItem(`pins:${projectId}`, JSON.stringify(pinned));
  } catch {
    // Without storage the pins last as long as the page.
  }
}

function readPins(projectId: string): readonly string[] {
  try {
    const kept = JSON.parse(localStorage.getItem(`pins:${projectId}`) ?? '[]') as unknown;
    return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

function followProject(projectId: string): void {
  if (projectId === useMonitor.getState().projectId) return;
  useMonitor.setState({ projectId, pinned: readPins(projectId), held: undefined, filter: '' });
}

useProject.subscribe(({ project, run }, before) => {
  followProject(project?.id ?? '');
  // What was held belongs to a run that is no more.
  if (run.runId !== before.run.runId) goLive();
});
followProject(useProject.getState().project?.id ?? '');
