import { DockviewReact, type DockviewApi, type IDockviewPanelProps } from 'dockview-react';
import { lazy, Suspense, useEffect, useState, type FunctionComponent, type ReactElement } from 'react';
import 'dockview-react/dist/styles/dockview.css';

import { ComparisonPanel } from '../../comparison/comparison-panel.tsx';
import { CanvasPanel } from '../../designer/canvas-panel.tsx';
import { PalettePanel } from '../../designer/palette-panel.tsx';
import { PropertiesPanel } from '../../designer/properties-panel.tsx';
import { RevisionsPanel } from '../../editor/revisions-panel.tsx';
import { BuffersPanel } from '../../functions/buffers/buffers-panel.tsx';
import { LaunchPanel } from '../../functions/launch/launch-panel.tsx';
import { InjectorPanel } from '../../injector/injector-panel.tsx';
import { DeadLettersPanel } from '../../injector/dead-letters/dead-letters-panel.tsx';
import { MessagesPanel } from '../../injector/messages-panel.tsx';
import { useCommands, type Command } from '../../stores/commands.store.ts';
import type { PanelId } from '../../stores/navigation.store.ts';
import { AlertsPanel } from '../../telemetry/alerts-panel.tsx';
import { SupervisionPanel } from '../../telemetry/supervision-panel.tsx';
import { TelemetryStrip } from '../../telemetry/telemetry-strip.tsx';
import { CheckpointsPanel } from '../checkpoints/checkpoints-panel.tsx';
import { ConsolePanel } from '../problems/console-panel.tsx';
import { ProblemsPanel } from '../problems/problems-panel.tsx';
import { DockTab } from './dock-tab.tsx';
import { ExplorerPanel } from './explorer-panel.tsx';
import { FailureBoundary } from './failure-boundary.tsx';
import { LayoutKeeper } from './layout-keeper.ts';
import './workbench.css';

/** Monaco and the charts are large: they come when they are first seen. */
const EditorPanel = lazy(async () => ({ default: (await import('../../editor/editor-panel.tsx')).EditorPanel }));
const GpuPanel = lazy(async () => ({ default: (await import('../../telemetry/gpus/gpu-panel.tsx')).GpuPanel }));
const MonitorPanel = lazy(async () => ({ default: (await import('../../telemetry/monitor-panel.tsx')).MonitorPanel }));

const panels: Readonly<Record<PanelId, FunctionComponent>> = {
  explorer: ExplorerPanel,
  palette: PalettePanel,
  canvas: CanvasPanel,
  comparison: ComparisonPanel,
  properties: PropertiesPanel,
  injector: InjectorPanel,
  launch: LaunchPanel,
  messages: MessagesPanel,
  'dead-letters': DeadLettersPanel,
  checkpoints: CheckpointsPanel,
  supervision: SupervisionPanel,
  problems: ProblemsPanel,
  console: ConsolePanel,
  buffers: BuffersPanel,
  'telemetry-strip': TelemetryStrip,
  monitor: MonitorPanel,
  gpus: GpuPanel,
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

function layoutCommands(keeper: LayoutKeeper): readonly Command[] {
  return [
    {
      id: 'view.nextGroup',
      title: 'Go to the next group of panels',
      group: 'View',
      keys: 'Ctrl+F6',
      run: () => keeper.focusGroup(1),
    },
    {
      id: 'view.previousGroup',
      title: 'Go to the group of panels before',
      group: 'View',
      keys: 'Ctrl+Shift+F6',
      run: () => keeper.focusGroup(-1),
    },
    {
      id: 'view.closePanel',
      title: 'Close this panel',
      group: 'View',
      keys: 'Alt+W',
      worksInText: true,
      run: () => keeper.closeActive(),
    },
    { id: 'view.resetLayout', title: 'Reset this layout', group: 'View', run: () => keeper.reset() },
  ];
}

export function Workbench({ projectId }: { readonly projectId: string }): ReactElement {
  const [api, setApi] = useState<DockviewApi>();
  useEffect(() => {
    if (api === undefined) return undefined;
    const keeper = new LayoutKeeper(api, projectId);
    const withdraw = useCommands.getState().add(layoutCommands(keeper));
    return () => {
      withdraw();
      keeper[Symbol.dispose]();
    };
  }, [api, projectId]);
  return (
    <DockviewReact
      components={components}
      defaultTabComponent={DockTab}
      onReady={(ready) => setApi(ready.api)}
      theme={theme}
      disableFloatingGroups
    />
  );
}
