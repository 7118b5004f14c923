import type { ReactElement } from 'react';

import { unitDim } from '../../../app/model/dim3.ts';
import { sizeBadge } from '../../../app/model/launch-size.ts';
import type { KernelInfo } from '../../../app/model/program.ts';
import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import { shortTypeName } from '../../ui/format.ts';
import { TypeDot } from '../../ui/type-dot.tsx';
import { addKernelActor } from '../edits.ts';
import { writeKernelDrag } from '../palette-drag.ts';
import { PaletteItem } from './palette-item.tsx';
import styles from './palette.module.css';

/** One kernel: what it is for, what it takes and sends. */
export function KernelItem({ kernel, source }: { readonly kernel: KernelInfo; readonly source: string }): ReactElement {
  const { name, doc, handlers, outputs, block, grid } = kernel;
  const size = sizeBadge({ block: block === 'any' ? unitDim : block, grid });
  const add = (position: Position | undefined): void => {
    addKernelActor({ kernel: name, source, ...(position === undefined ? {} : { position }) });
  };
  return (
    <PaletteItem label={`Add ${name}`} onDrag={(data) => writeKernelDrag(data, { kernel: name, source })} onAdd={add}>
      <span className={styles['name']}>
        {name}
        {size !== undefined && <span className={styles['size']}>{size}</span>}
      </span>
      {doc !== undefined && <span className={styles['doc']}>{firstSentence(doc)}</span>}
      <span className={styles['ports']}>
        {handlers.map(({ message }) => (
          <PortName key={message.name} type={message.name} label={shortTypeName(message.name)} />
        ))}
        {outputs.length > 0 && <span aria-label="sends">→</span>}
        {outputs.map((output) => (
          <PortName key={output.name} type={output.message.name} label={output.name} />
        ))}
      </span>
    </PaletteItem>
  );
}

function PortName({ type, label }: { readonly type: string; readonly label: string }): ReactElement {
  return (
    <span className={styles['portName']}>
      <TypeDot type={type} />
      {label}
    </span>
  );
}

function firstSentence(doc: string): string {
  return /^[^\n]*?[.!?](?=\s|$)/.exec(doc)?.[0] ?? doc.split('\n')[0] ?? doc;
}
