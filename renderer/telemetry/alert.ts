import type { SourceLocation } from '../../app/base/studio-error.ts';

/** Something that needs the person, or did. */
export interface Alert {
  /** The same trouble of the same object has the same key. */
  readonly key: string;
  readonly kind: 'lost' | 'faulted' | 'deadlock' | 'stuck' | 'blocked' | 'slow' | 'full' | 'dropped';
  readonly actorId?: string;
  /** For whom it waits. */
  readonly culpritId?: string;
  readonly title: string;
  readonly text: string;
  readonly sinceMs: number;
  readonly location?: SourceLocation;
}
