import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';

import { type LiveTelemetry, telemetry } from '../stores/telemetry-history.ts';
import { useMonitor } from './monitor.store.ts';

/** Whether any of the element can be seen: charts rest while nobody looks. */
export function useVisible(element: RefObject<Element | null>): boolean {
  const [isVisible, setIsVisible] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    let inView = false;
    const update = (): void => setIsVisible(inView && !document.hidden);
    const observer = new IntersectionObserver(([entry]) => {
      inView = entry?.isIntersecting ?? false;
      update();
    });
    observer.observe(element.current);
    document.addEventListener('visibilitychange', update);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', update);
    };
  }, [element]);
  return isVisible;
}

const subscribe = (notify: () => void): (() => void) => telemetry.subscribe(notify);
const never = (): (() => void) => () => undefined;

/** The latest, at most four times a second. Stands still while `isVisible` is false. */
export function useVisibleLive(isVisible: boolean): LiveTelemetry | undefined {
  return useSyncExternalStore(isVisible ? subscribe : never, () => telemetry.live);
}

/** What the monitor shows now: the latest, or what is held. Stands still while `isVisible` is false. */
export function useShownLive(isVisible: boolean): LiveTelemetry | undefined {
  const held = useMonitor((state) => state.held);
  const live = useVisibleLive(isVisible);
  return held ?? live;
}

/** The span of time that the charts show, Unix ms; undefined before the first frame. */
export function useTimeSpan(): { readonly fromMs: number; readonly toMs: number } | undefined {
  const { spanMs, endMs } = useMonitor((state) => state.window);
  const toMs = endMs ?? telemetry.newestMs;
  return toMs === undefined ? undefined : { fromMs: toMs - spanMs, toMs };
}
