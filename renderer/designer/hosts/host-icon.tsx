import { Dices, FileInput, FileOutput, Timer, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';

import type { HostKind } from '../../../app/model/topology/edit/edit-hosts.ts';

const icons: Readonly<Record<HostKind, LucideIcon>> = {
  timer: Timer,
  generator: Dices,
  replay: FileOutput,
  sink: FileInput,
};

/** The kind's word is always near. */
export function HostIcon({ kind, size }: { readonly kind: HostKind; readonly size: number }): ReactElement {
  const Icon = icons[kind];
  return <Icon size={size} strokeWidth={1.6} aria-hidden />;
}
