import type { HostKind } from '../../../app/model/topology/edit/edit-hosts.ts';

interface KindWords {
  readonly label: string;
  readonly doc: string;
}

/** What each kind of host actor is for. */
export const hostKindWords: Readonly<Record<HostKind, KindWords>> = {
  generator: { label: 'Generator', doc: 'Sends many messages, with fields drawn from distributions.' },
  timer: { label: 'Timer', doc: 'Sends a message at fixed times.' },
  replay: { label: 'Replay', doc: 'Sends what a file holds: JSON lines or CSV.' },
  sink: { label: 'Sink', doc: 'Writes what it gets to a file: JSON lines or CSV.' },
};
