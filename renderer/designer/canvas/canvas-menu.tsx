import { ContextMenu } from 'radix-ui';
import { useState, type MouseEvent, type ReactElement, type ReactNode } from 'react';

import { hostKinds } from '../../../app/model/topology/edit/edit-hosts.ts';
import { keyLabel } from '../../stores/commands.store.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { channelKey, useSelection } from '../../stores/selection.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import menu from '../../ui/menu.module.css';
import { restartActors } from '../actor-actions.ts';
import { designerCommands } from '../designer-commands.ts';
import { addKernelActor } from '../edits.ts';
import { addHostActor } from '../host-edits.ts';
import { hostKindWords } from '../hosts/host-kinds.ts';
import { canvasActions } from './canvas-actions.ts';
import { ConnectMenu } from './connect-menu.tsx';

interface CanvasMenuProps {
  readonly isReadOnly: boolean;
  readonly children: ReactElement;
}

type Target = { readonly kind: 'actor' | 'host'; readonly id: string } | { readonly kind: 'channel' | 'canvas' };

/** The menu of what lies under the pointer, or of what has the focus when a key opens it. */
export function CanvasMenu({ isReadOnly, children }: CanvasMenuProps): ReactElement {
  const [target, setTarget] = useState<Target>({ kind: 'canvas' });
  const aim = (event: MouseEvent): void => setTarget(aimAt(event.target as Element));
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger asChild onContextMenu={aim}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className={menu['menu']} collisionPadding={8}>
          {target.kind === 'actor' && <ActorItems id={target.id} isReadOnly={isReadOnly} />}
          {target.kind === 'host' && <HostItems id={target.id} isReadOnly={isReadOnly} />}
          {target.kind === 'channel' && (
            <CommandItem id="design.delete" label="Delete the channel" isOff={isReadOnly} />
          )}
          {target.kind === 'canvas' && <CanvasItems isReadOnly={isReadOnly} />}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** The menu is about the selection: what is under the pointer joins or becomes it. */
function aimAt(element: Element): Target {
  const { actorIds, channels, select } = useSelection.getState();
  const actorId = element.closest('.react-flow__node')?.getAttribute('data-id');
  if (actorId !== null && actorId !== undefined) {
    if (!actorIds.includes(actorId)) select([actorId]);
    const isHost = useTopology.getState().topology?.hosts?.some(({ id }) => id === actorId) === true;
    return { kind: isHost ? 'host' : 'actor', id: actorId };
  }
  const key = element.closest('.react-flow__edge')?.getAttribute('data-id');
  if (key === null || key === undefined) return { kind: 'canvas' };
  const isThere = useTopology.getState().topology?.channels?.some((channel) => channelKey(channel) === key) ?? false;
  if (isThere && !channels.includes(key)) select([], [key]);
  return { kind: 'channel' };
}

function ActorItems({ id, isReadOnly }: { readonly id: string; readonly isReadOnly: boolean }): ReactElement {
  const isLive = useProject(({ run }) => run.phase === 'running' || run.phase === 'paused');
  return (
    <>
      <CommandItem id="design.code" label="Open the code" />
      <Item onSelect={() => useNavigation.getState().showPanel('injector')}>Send a message…</Item>
      <ConnectMenu id={id} isOff={isReadOnly} />
      <ContextMenu.Separator className={menu['separator']} />
      <EditItems isReadOnly={isReadOnly} />
      <ContextMenu.Separator className={menu['separator']} />
      <Item isOff={!isLive} onSelect={restartSelected}>
        Restart from a fresh state
      </Item>
    </>
  );
}

/** Host actors do not restart by themselves. */
function restartSelected(): void {
  const { actorIds } = useSelection.getState();
  const actors = useTopology.getState().topology?.actors ?? [];
  void restartActors(actorIds.filter((id) => actors.some((actor) => actor.id === id)));
}

function HostItems({ id, isReadOnly }: { readonly id: string; readonly isReadOnly: boolean }): ReactElement {
  return (
    <>
      <ConnectMenu id={id} isOff={isReadOnly} />
      <ContextMenu.Separator className={menu['separator']} />
      <EditItems isReadOnly={isReadOnly} />
    </>
  );
}

function EditItems({ isReadOnly }: { readonly isReadOnly: boolean }): ReactElement {
  const count = useSelection(({ actorIds }) => actorIds.length);
  return (
    <>
      <CommandItem id="design.rename" label="Rename" isOff={isReadOnly} />
      <CommandItem id="design.copy" label="Copy" />
      <CommandItem id="design.cut" label="Cut" isOff={isReadOnly} />
      <CommandItem id="design.duplicate" label="Duplicate" isOff={isReadOnly} />
      <CommandItem id="design.delete" label={count > 1 ? `Delete ${count} actors` : 'Delete'} isOff={isReadOnly} />
    </>
  );
}

function CanvasItems({ isReadOnly }: { readonly isReadOnly: boolean }): ReactElement {
  return (
    <>
      <AddMenu isOff={isReadOnly} />
      <AddHostMenu isOff={isReadOnly} />
      <CommandItem id="design.paste" label="Paste" isOff={isReadOnly} />
      <CommandItem id="design.selectAll" label="Select all" />
      <ContextMenu.Separator className={menu['separator']} />
      <CommandItem id="design.undo" label="Undo" isOff={isReadOnly} />
      <CommandItem id="design.redo" label="Redo" isOff={isReadOnly} />
      <ContextMenu.Separator className={menu['separator']} />
      <CommandItem id="design.layout" label="Lay out all actors" isOff={isReadOnly} />
      <CommandItem id="design.fit" label="Fit all actors" />
      <CommandItem id="design.find" label="Find an actor" />
    </>
  );
}

function AddMenu({ isOff }: { readonly isOff: boolean }): ReactElement {
  const programs = useProject((state) => state.programs);
  const kernels = Object.values(programs).flatMap(({ file, kernels: own }) => own.map(({ name }) => ({ file, name })));
  const add = (kernel: string, source: string): void => {
    const position = canvasActions()?.freePlace();
    addKernelActor({ kernel, source, ...(position === undefined ? {} : { position }) });
  };
  return (
    <ContextMenu.Sub>
      <ContextMenu.SubTrigger className={menu['item']} disabled={isOff || kernels.length === 0}>
        Add an actor
      </ContextMenu.SubTrigger>
      <ContextMenu.Portal>
        <ContextMenu.SubContent className={menu['menu']} style={{ maxHeight: 400, overflow: 'auto' }}>
          {kernels.map(({ file, name }) => (
            <Item key={`${file} ${name}`} onSelect={() => add(name, file)}>
              {name}
            </Item>
          ))}
        </ContextMenu.SubContent>
      </ContextMenu.Portal>
    </ContextMenu.Sub>
  );
}

function AddHostMenu({ isOff }: { readonly isOff: boolean }): ReactElement {
  return (
    <ContextMenu.Sub>
      <ContextMenu.SubTrigger className={menu['item']} disabled={isOff}>
        Add a host actor
      </ContextMenu.SubTrigger>
      <ContextMenu.Portal>
        <ContextMenu.SubContent className={menu['menu']}>
          {hostKinds.map((kind) => (
            <Item key={kind} onSelect={() => addHostActor(kind, canvasActions()?.freePlace())}>
              {hostKindWords[kind].label}
            </Item>
          ))}
        </ContextMenu.SubContent>
      </ContextMenu.Portal>
    </ContextMenu.Sub>
  );
}

interface ItemProps {
  readonly isOff?: boolean | undefined;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

function Item({ isOff = false, onSelect, children }: ItemProps): ReactElement {
  return (
    // After the menu has closed and given the focus back: what is done may move it.
    <ContextMenu.Item className={menu['item']} disabled={isOff} onSelect={() => setTimeout(onSelect, 0)}>
      {children}
    </ContextMenu.Item>
  );
}

function CommandItem({
  id,
  label,
  isOff = false,
}: {
  readonly id: string;
  readonly label: string;
  readonly isOff?: boolean;
}): ReactElement | null {
  const command = designerCommands.find((entry) => entry.id === id);
  if (command === undefined) return null;
  return (
    <Item isOff={isOff || command.isEnabled?.() === false} onSelect={() => command.run()}>
      {label}
      {command.keys !== undefined && <kbd>{keyLabel(command.keys)}</kbd>}
    </Item>
  );
}
