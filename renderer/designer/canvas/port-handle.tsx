import { Handle, Position } from '@xyflow/react';
import type { ReactElement } from 'react';

import { shortTypeName } from '../../ui/format.ts';
import { useDesigner } from '../designer.store.ts';
import { handleKey } from './connection-verdicts.ts';
import styles from './port-handle.module.css';
import type { Port } from './node-content.ts';

interface PortHandleProps {
  readonly actorId: string;
  readonly side: 'input' | 'output';
  readonly port: Port;
}

/** The round end of a channel on a node's border, in the hue of its message type. */
export function PortHandle({ actorId, side, port }: PortHandleProps): ReactElement {
  const { handleId, hue, isConnected, type, label, takesAny = false } = port;
  const look = useDesigner(({ dragging }) => {
    if (dragging === undefined) return undefined;
    if (dragging.from.actorId === actorId && dragging.from.handleId === handleId) return undefined;
    const verdict = dragging.verdicts.get(handleKey(actorId, handleId));
    return verdict !== undefined && verdict.problem === undefined ? 'compatible' : 'faded';
  });
  const classes = [styles['handle'], !isConnected && styles['open'], look !== undefined && styles[look]];
  const typeName = type === '' ? (takesAny ? 'any type' : 'unknown type') : shortTypeName(type);
  return (
    <Handle
      id={handleId}
      type={side === 'output' ? 'source' : 'target'}
      position={side === 'output' ? Position.Right : Position.Left}
      className={classes.filter(Boolean).join(' ')}
      style={hue === 0 ? undefined : { ['--hue' as string]: `var(--ty-${hue})` }}
      role="img"
      aria-label={side === 'output' ? `Output ${label} of ${actorId}, ${typeName}` : `Input ${typeName} of ${actorId}`}
      title={side === 'output' ? `${label}: ${typeName}` : typeName}
    />
  );
}
