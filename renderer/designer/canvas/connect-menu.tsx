import { ContextMenu } from 'radix-ui';
import type { ReactElement } from 'react';

import menu from '../../ui/menu.module.css';
import { connectChannel } from '../edits.ts';
import { targetName, useConnectTargets } from '../connect-targets.ts';

/** Connects without a pointer: each output, and the actors that take what it sends. */
export function ConnectMenu({ id, isOff }: { readonly id: string; readonly isOff: boolean }): ReactElement {
  const choices = useConnectTargets(id).flatMap(({ output, targets }) =>
    targets
      .filter(({ problem }) => problem === undefined)
      .map((target) => ({ ...target, from: `${id}.${output}`, output })),
  );
  return (
    <ContextMenu.Sub>
      <ContextMenu.SubTrigger className={menu['item']} disabled={isOff || choices.length === 0}>
        Connect to
      </ContextMenu.SubTrigger>
      <ContextMenu.Portal>
        <ContextMenu.SubContent className={menu['menu']} style={{ maxHeight: 400, overflow: 'auto' }}>
          {choices.map(({ from, output, to, messageType }) => (
            <ContextMenu.Item
              key={`${from}>${to} ${messageType ?? ''}`}
              className={menu['item']}
              onSelect={() => connectChannel({ from, to }, messageType)}
            >
              {output} to {targetName({ to, messageType })}
            </ContextMenu.Item>
          ))}
        </ContextMenu.SubContent>
      </ContextMenu.Portal>
    </ContextMenu.Sub>
  );
}
