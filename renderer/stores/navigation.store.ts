import { create } from 'zustand';

import type { SourceLocation } from '../../app/base/studio-error.ts';

/** The three arrangements of panels; each is remembered as the person leaves it. */
export type LayoutName = 'design' | 'code' | 'monitor';

export type PanelId =
  | 'explorer'
  | 'palette'
  | 'canvas'
  | 'comparison'
  | 'properties'
  | 'injector'
  | 'launch'
  | 'messages'
  | 'dead-letters'
  | 'checkpoints'
  | 'supervision'
  | 'problems'
  | 'console'
  | 'buffers'
  | 'telemetry-strip'
  | 'monitor'
  | 'gpus'
  | 'alerts'
  | 'revisions';

/** A wish to see something; `count` tells a repeated wish from an old one. */
interface Reveal<T> {
  readonly target: T;
  readonly count: number;
}

export interface NavigationState {
  readonly layout: LayoutName;
  /** The shell opens and focuses the panel. */
  readonly panel: Reveal<PanelId> | undefined;
  /** The shell opens the panel; the focus stays where it is. */
  readonly quietPanel: Reveal<PanelId> | undefined;
  /** The shell opens the file's editor, which goes to the place. */
  readonly place: Reveal<SourceLocation | { readonly file: string }> | undefined;
  /** The editor shows the file beside the version that runs. */
  readonly comparison: Reveal<string> | undefined;
  readonly setLayout: (layout: LayoutName) => void;
  readonly showPanel: (panel: PanelId) => void;
  /** Something new is to be seen there: a result, not a place to go on in. */
  readonly revealPanel: (panel: PanelId) => void;
  readonly openFile: (file: string, place?: Omit<SourceLocation, 'file'>) => void;
  readonly compareWithRunning: (file: string) => void;
}

let count = 0;

export const useNavigation = create<NavigationState>()((set) => ({
  layout: 'design',
  panel: undefined,
  quietPanel: undefined,
  place: undefined,
  comparison: undefined,
  setLayout: (layout) => set({ layout }),
  showPanel: (panel) => set({ panel: { target: panel, count: ++count } }),
  revealPanel: (panel) => set({ quietPanel: { target: panel, count: ++count } }),
  openFile: (file, place) => set({ place: { target: { file, ...place }, count: ++count } }),
  compareWithRunning: (file) => set({ comparison: { target: file, count: ++count } }),
}));
