import { useEffect, useState } from 'react';

import type { ActorRunState } from '../../../app/contract/run.ts';
import { actorOfLabel } from '../../ui/actor-label.ts';

/** What the watch over its health says of an actor, in a few words. */
export interface HealthMark {
  readonly look: 'warning' | 'faulted';
  readonly text: string;
  /** For whom it waits. */
  readonly culpritId?: string;
}

export function healthMark({ health, instances }: ActorRunState): HealthMark | undefined {
  if (health === undefined) return undefined;
  const who = instances > 1 ? `#${health.instance}: ` : '';
  const { blockedBy } = health;
  const culprit = blockedBy === undefined || blockedBy === 'host' ? {} : { culpritId: actorOfLabel(blockedBy) };
  switch (health.state) {
    case 'healthy':
    case 'inactive':
      return undefined;
    case 'slow':
      return { look: 'warning', text: `${who}slow${health.reason === 'falling-behind' ? ', falls behind' : ''}` };
    case 'stuck':
      return { look: 'faulted', text: `${who}stuck${health.reason === 'not-run' ? ', not run' : ''}` };
    case 'blocked':
      return { look: 'warning', text: `${who}waits for ${blockedBy ?? 'room'}`, ...culprit };
    case 'deadlocked':
      return { look: 'faulted', text: `${who}deadlock with ${blockedBy ?? 'others'}`, ...culprit };
  }
}

/** What passes within this is not worth a line. */
const SETTLES_AFTER_MS = 2000;

/** The mark once it has stood for two seconds; one that is a fault, at once. */
export function useHealthMark(run: ActorRunState | undefined): HealthMark | undefined {
  const mark = run === undefined ? undefined : healthMark(run);
  const text = mark?.text;
  const [settled, setSettled] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), text === undefined ? 0 : SETTLES_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return mark?.look === 'faulted' || (text !== undefined && text === settled) ? mark : undefined;
}
