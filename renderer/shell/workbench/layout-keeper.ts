import type { DockviewApi, IDockviewPanel, SerializedDockview } from 'dockview-react';

import type { Json } from '../../../app/model/message-type.ts';
import { studio } from '../../bridge/client.ts';
import { useConnection } from '../../stores/connection.store.ts';
import { useNavigation, type LayoutName, type NavigationState, type PanelId } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { buildLayout, companions, leastHeights, panelTitles } from './layouts.ts';

const SAVE_AFTER_MS = 500;

type Wishes = Pick<NavigationState, 'panel' | 'quietPanel' | 'place' | 'comparison'>;

interface Remembered {
  readonly current: LayoutName;
  readonly layouts: Partial<Record<LayoutName, SerializedDockview>>;
}

/** Shows a layout, opens panels and files that others wish to see, and remembers what the person arranges. */
export class LayoutKeeper implements Disposable {
  readonly #api: DockviewApi;
  readonly #key: string;
  readonly #layouts: Partial<Record<LayoutName, SerializedDockview>> = {};
  readonly #subscriptions: (() => void)[] = [];
  #shown: LayoutName | undefined;
  #isDisposed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: DockviewApi, projectId: string) {
    this.#api = api;
    this.#key = `layout:${projectId}`;
    void this.#start();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const end of this.#subscriptions.splice(0)) end();
  }

  /** Forgets the arrangement of the layout that is shown. */
  reset(): void {
    if (this.#shown === undefined) return;
    const files = this.#openFiles();
    buildLayout(this.#api, this.#shown);
    for (const path of files) this.#openFile(path, false);
  }

  closeActive(): void {
    this.#api.activePanel?.api.close();
  }

  /** Moves the focus into the next group of panels, or the one before, as Ctrl F6 does elsewhere. */
  focusGroup(step: 1 | -1): void {
    const { groups, activeGroup } = this.#api;
    const at = groups.findIndex((group) => group === activeGroup);
    const panel = groups[(at + step + groups.length) % groups.length]?.activePanel;
    if (panel === undefined) return;
    panel.api.setActive();
    const content = panel.view.content.element;
    const target = content.querySelector<HTMLElement>('[tabindex="0"], button, input, select, textarea, a[href]');
    (target ?? content).focus();
  }

  async #start(): Promise<void> {
    const before = useNavigation.getState();
    const remembered = await this.#read();
    if (this.#isDisposed) return;
    const now = useNavigation.getState();
    // Somebody who is quicker than the host is not led back.
    const layout = now.layout === before.layout ? (remembered?.current ?? now.layout) : now.layout;
    Object.assign(this.#layouts, remembered?.layouts);
    this.#show(layout);
    now.setLayout(layout);
    this.#follow();
    this.#reveal(now, before);
  }

  #follow(): void {
    this.#subscriptions.push(
      useNavigation.subscribe((state, before) => {
        if (state.layout !== before.layout) this.#show(state.layout);
        this.#reveal(state, before);
      }),
      useProject.subscribe((state, before) => {
        if (state.files !== before.files) this.#closeMissing(Object.keys(state.files));
      }),
      useConnection.subscribe(({ status }, before) => {
        // What was to be kept while the host was away may not have got there.
        if (status === 'open' && before.status === 'lost') this.#save();
      }),
    );
    const changes = this.#api.onDidLayoutChange(() => this.#scheduleSave());
    this.#subscriptions.push(() => changes.dispose());
    const { place } = useNavigation.getState();
    if (place !== undefined && useProject.getState().files[place.target.file]) this.#openFile(place.target.file, true);
  }

  #reveal({ panel, quietPanel, place, comparison }: Wishes, before: Wishes): void {
    if (panel !== before.panel && panel !== undefined) this.#showPanel(panel.target);
    if (quietPanel !== before.quietPanel && quietPanel !== undefined) this.#revealPanel(quietPanel.target);
    if (place !== before.place && place !== undefined) this.#openFile(place.target.file, true);
    if (comparison !== before.comparison && comparison !== undefined) this.#openFile(comparison.target, true);
  }

  #show(name: LayoutName): void {
    const files = this.#openFiles();
    if (this.#shown !== undefined) this.#layouts[this.#shown] = this.#api.toJSON();
    this.#shown = name;
    this.#restore(name);
    for (const path of files) this.#openFile(path, false);
    if (name === 'code') this.#openSomeFile();
    this.#scheduleSave();
  }

  #restore(name: LayoutName): void {
    const layout = this.#layouts[name];
    if (layout !== undefined) {
      try {
        this.#api.fromJSON(layout);
        if (this.#api.panels.length > 0) return;
      } catch {
        // Written by another version: the default takes its place.
      }
    }
    buildLayout(this.#api, name);
  }

  /** The code layout without a file shows nothing: it begins with the selected actor's source, or the first. */
  #openSomeFile(): void {
    if (this.#openFiles().length > 0) return;
    const { programs, files } = useProject.getState();
    const [first] = [...Object.keys(programs), ...Object.keys(files).filter((path) => path.endsWith('.cu'))];
    if (first !== undefined) this.#openFile(first, true);
  }

  #showPanel(id: PanelId): void {
    this.#bringForward(id).focus();
  }

  /** The group that was in hand, and the focus, stay as they are. */
  #revealPanel(id: PanelId): void {
    const { activePanel } = this.#api;
    const focused = document.activeElement;
    const panel = this.#bringForward(id);
    if (activePanel !== undefined && activePanel.group !== panel.group) activePanel.api.setActive();
    if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) focused.focus();
  }

  /** One that is in view keeps the height that the person gave it. */
  #bringForward(id: PanelId): IDockviewPanel {
    const existing = this.#api.getPanel(id);
    const panel = existing ?? this.#addPanel(id);
    const least = Math.round((leastHeights[id] ?? 0) * this.#api.height);
    const isHidden = existing?.api.isVisible !== true;
    panel.api.setActive();
    if (isHidden && panel.group.api.height < least) panel.group.api.setSize({ height: least });
    return panel;
  }

  #addPanel(id: PanelId): IDockviewPanel {
    const companion = companions[id].map((other) => this.#api.getPanel(other)).find((panel) => panel !== undefined);
    const isLeft = id === 'explorer' || id === 'palette' || id === 'revisions';
    const position = companion
      ? { referencePanel: companion.id, direction: 'within' as const }
      : { direction: isLeft ? ('left' as const) : ('right' as const) };
    const right = this.#api.getPanel('properties')?.group.api;
    const width = right?.width;
    const panel = this.#api.addPanel({
      id,
      component: 'panel',
      title: panelTitles[id],
      position,
      ...(companion ? {} : { initialWidth: isLeft ? 212 : 280 }),
    });
    // The canvas makes room, not the properties.
    if (isLeft && companion === undefined && width !== undefined) right?.setSize({ width });
    return panel;
  }

  #openFile(path: string, isActive: boolean): void {
    const id = `file:${path}`;
    const existing = this.#api.getPanel(id);
    if (existing !== undefined) {
      if (isActive) existing.api.setActive();
      return;
    }
    const beside = this.#api.panels.find((panel) => panel.id.startsWith('file:'))?.id;
    const reference = beside ?? (['canvas', 'monitor'] as const).find((other) => this.#api.getPanel(other));
    this.#api.addPanel({
      id,
      component: 'file',
      title: path.slice(path.lastIndexOf('/') + 1),
      params: { path },
      inactive: !isActive,
      ...(reference === undefined ? {} : { position: { referencePanel: reference, direction: 'within' as const } }),
    });
  }

  #openFiles(): readonly string[] {
    return this.#api.panels.flatMap(({ id }) => (id.startsWith('file:') ? [id.slice('file:'.length)] : []));
  }

  #closeMissing(paths: readonly string[]): void {
    for (const path of this.#openFiles()) {
      const panel = this.#api.getPanel(`file:${path}`);
      if (panel !== undefined && !paths.includes(path)) this.#api.removePanel(panel);
    }
  }

  async #read(): Promise<Remembered | undefined> {
    try {
      return (await studio.settings.read.query(this.#key)) as unknown as Remembered | undefined;
    } catch {
      return undefined; // the default layout does as well
    }
  }

  #scheduleSave(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), SAVE_AFTER_MS);
  }

  #save(): void {
    if (this.#shown === undefined) return;
    this.#layouts[this.#shown] = this.#api.toJSON();
    const value = { current: this.#shown, layouts: this.#layouts } as unknown as Json;
    // An arrangement that cannot be kept is no reason to disturb anybody.
    studio.settings.write.mutate({ key: this.#key, value: value as never }).catch(() => undefined);
  }
}
