import { DockviewReact, type DockviewReadyEvent, type IDockviewPanelProps } from 'dockview-react';
import { lazy, Suspense, useEffect, useRef, type FunctionComponent, type ReactElement } from 'react';
import 'dockview-react/dist/styles/dockview.css';

import { CanvasPanel } from '../../designer/canvas-panel.tsx';
import { PalettePanel } from '../../designer/palette-panel.tsx';
import { PropertiesPanel } from '../../designer/properties-panel.tsx';
import { RevisionsPanel } from '../../editor/revisions-panel.tsx';
import { InjectorPanel } from '../../injector/injector-panel.tsx';
import { MessagesPanel } from '../../injector/messages-panel.tsx';
import type { PanelId } from '../../stores/navigation.store.ts';
import { AlertsPanel } from '../../telemetry/alerts-panel.tsx';
import { TelemetryStrip } from '../../telemetry/telemetry-strip.tsx';
import { ConsolePanel } from '../problems/console-panel.tsx';
import { ProblemsPanel } from '../problems/problems-panel.tsx';
import { DockTab } from './dock-tab.tsx';
import { ExplorerPanel } from './explorer-panel.tsx';
import { FailureBoundary } from './failure-boundary.tsx';
import { LayoutKeeper } from './layout-keeper.ts';
import './workbench.css';

/** Monaco and the charts are large: they come when they are first seen. */
const EditorPanel = lazy(async () => ({ default: (await import('../../editor/editor-panel.tsx')).EditorPanel }));
const MonitorPanel = lazy(async () => ({ default: (await import('../../telemetry/monitor-panel.tsx')).MonitorPanel }));

const panels: Readonly<Record<PanelId, FunctionComponent>> = {
  explorer: ExplorerPanel,
  palette: PalettePanel,
  canvas: CanvasPanel,
  properties: PropertiesPanel,
  injector: InjectorPanel,
  messages: MessagesPanel,
  problems: ProblemsPanel,
  console: ConsolePanel,
  'telemetry-strip': TelemetryStrip,
  monitor: MonitorPanel,
  alerts: AlertsPanel,
  revisions: RevisionsPanel,
};

function Panel({ api }: IDockviewPanelProps): ReactElement {
  const Content = panels[api.id as PanelId];
  return (
    <FailureBoundary name={api.title ?? api.id}>
      <Suspense fallback={null}>
        <Content />
      </Suspense>
    </FailureBoundary>
  );
}

function FilePanel({ params: { path } }: IDockviewPanelProps<{ readonly path: string }>): ReactElement {
  return (
    <FailureBoundary name={path}>
      <Suspense fallback={null}>
        <EditorPanel path={path} />
      </Suspense>
    </FailureBoundary>
  );
}

const components = { panel: Panel, file: FilePanel };
const theme = { name: 'studio', className: 'dockview-theme-studio' };

export function Workbench({ projectId }: { readonly projectId: string }): ReactElement {
  const keeper = useRef<LayoutKeeper>(undefined);
  useEffect(() => () => keeper.current?.[Symbol.dispose](), []);
  const onReady = ({ api }: DockviewReadyEvent): void => {
    keeper.current?.[Symbol.dispose]();
    keeper.current = new LayoutKeeper(api, projectId);
  };
  return (
    <DockviewReact
      components={components}
      defaultTabComponent={DockTab}
      onReady={onReady}
      theme={theme}
      disableFloatingGroups
      keyboardNavigation={{ keymap: { focusNextGroup: 'ctrl+f6', focusPrevGroup: 'ctrl+shift+f6' } }}
    />
  );
}
