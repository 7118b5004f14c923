import type { ReactElement } from 'react';

import { type HostKind, hostKinds } from '../../../app/model/topology/edit/edit-hosts.ts';
import { addHostActor } from '../host-edits.ts';
import { HostIcon } from '../hosts/host-icon.tsx';
import { hostKindWords } from '../hosts/host-kinds.ts';
import { writeHostDrag } from '../palette-drag.ts';
import { PaletteItem } from './palette-item.tsx';
import styles from './palette.module.css';

/** The kinds of host actors, to be dragged to the canvas or added by Enter as kernels are. */
export function HostGroup({ filter }: { readonly filter: string }): ReactElement | null {
  const wanted = filter.trim().toLowerCase();
  const kinds = hostKinds.filter((kind) => `host ${kind} ${hostKindWords[kind].doc}`.toLowerCase().includes(wanted));
  if (kinds.length === 0) return null;
  return (
    <section aria-label="Host actors">
      <h3 className={styles['file']}>Host actors</h3>
      <ul>
        {kinds.map((kind) => (
          <HostItem key={kind} kind={kind} />
        ))}
      </ul>
    </section>
  );
}

function HostItem({ kind }: { readonly kind: HostKind }): ReactElement {
  const { label, doc } = hostKindWords[kind];
  return (
    <PaletteItem
      label={`Add a ${kind}`}
      onDrag={(data) => writeHostDrag(data, kind)}
      onAdd={(position) => addHostActor(kind, position)}
    >
      <span className={styles['hostName']}>
        <HostIcon kind={kind} size={14} />
        {label}
      </span>
      <span className={styles['doc']}>{doc}</span>
    </PaletteItem>
  );
}
