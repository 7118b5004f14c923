import { ContextMenu } from 'radix-ui';
import type { ReactElement } from 'react';

import menu from '../../ui/menu.module.css';
import { connectChannel } from '../edits.ts';
import { useConnectTargets } from '../connect-targets.ts';

/** Connects without a pointer: each output, and the actors that take what it sends. */
export function ConnectMenu({ id, isOff }: { readonly id: string; readonly isOff: boolean }): ReactElement {
  const choices = useConnectTargets(id).flatMap(({ output, targets }) =>
    targets.filter(({ problem }) => problem === undefined).map(({ to }) => ({ from: `${id}.${output}`, output, to })),
  );
  return (
    <ContextMenu.Sub>
      <ContextMenu.SubTrigger className={menu['item']} disabled={isOff || choices.length === 0}>
        Connect to
      </ContextMenu.SubTrigger>
      <ContextMenu.Portal>
        <ContextMenu.SubContent className={menu['menu']} style={{ maxHeight: 400, overflow: 'auto' }}>
          {choices.map(({ from, output, to }) => (
            <ContextMenu.Item
              key={`${from}>${to}`}
              className={menu['item']}
              onSelect={() => connectChannel({ from, to })}
            >
              {output} to {to}
            </ContextMenu.Item>
          ))}
        </ContextMenu.SubContent>
      </ContextMenu.Portal>
    </ContextMenu.Sub>
  );
}
