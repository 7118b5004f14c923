import { useUpdateNodeInternals } from '@xyflow/react';
import { useEffect, useRef, type ReactElement } from 'react';

import styles from './actor-node.module.css';
import type { Port } from './node-content.ts';
import { PortHandle } from './port-handle.tsx';

/** Of what speaks a node's name. */
export const nodeLabelId = (actorId: string): string => `actor-node-${actorId}`;

interface PortsProps {
  readonly actorId: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** Inputs at the left, outputs at the right. */
export function NodePorts({ actorId, inputs, outputs }: PortsProps): ReactElement {
  const updateInternals = useUpdateNodeInternals();
  const handles = [...inputs, ...outputs].map(({ handleId }) => handleId).join(' ');
  const measured = useRef(handles);
  // React Flow measures handles when a node appears or its size changes; ports can also change places. To ask for it
  // when each of a thousand nodes appears would take seconds: all nodes hear of every measurement.
  useEffect(() => {
    if (measured.current === handles) return;
    measured.current = handles;
    updateInternals(actorId);
  }, [updateInternals, actorId, handles]);
  const rows = Array.from({ length: Math.max(inputs.length, outputs.length) }, (_, row) => row);
  return (
    <div className={styles['ports']}>
      {rows.map((row) => (
        <div key={row} className={styles['port']}>
          <PortSide actorId={actorId} side="input" port={inputs[row]} />
          <PortSide actorId={actorId} side="output" port={outputs[row]} />
        </div>
      ))}
    </div>
  );
}

interface PortSideProps {
  readonly actorId: string;
  readonly side: 'input' | 'output';
  readonly port: Port | undefined;
}

function PortSide({ actorId, side, port }: PortSideProps): ReactElement {
  if (port === undefined) return <span />;
  const label = port.label === '' ? 'unknown' : port.label;
  return (
    <>
      {side === 'input' && <PortHandle actorId={actorId} side={side} port={port} />}
      <span className={port.isMissing ? styles['missing'] : undefined}>{label}</span>
      {side === 'output' && <PortHandle actorId={actorId} side={side} port={port} />}
    </>
  );
}
