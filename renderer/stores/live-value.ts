import { useSyncExternalStore } from 'react';

import { liveNow, type LiveTelemetry, subscribeLive } from './telemetry-history.ts';

type Shown = string | number | boolean | undefined;

/**
 * One value of the latest telemetry. The component renders again only when the value changes, so that each of a
 * thousand nodes can show its own; therefore plain values only.
 */
export function useLiveValue<T extends Shown>(select: (live: LiveTelemetry | undefined) => T): T {
  return useSyncExternalStore(subscribeLive, () => select(liveNow()));
}
