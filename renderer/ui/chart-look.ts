import { useSyncExternalStore } from 'react';

/** The tokens that canvases draw with, read from the page: they change with the theme. */
export interface ChartLook {
  readonly color: (token: string) => string;
  readonly font: string;
}

let version = 0;
let look: ChartLook | undefined;
const listeners = new Set<() => void>();

function refresh(): void {
  version++;
  look = undefined;
  for (const listener of listeners) listener();
}

new MutationObserver(refresh).observe(document.documentElement, { attributeFilter: ['data-theme'] });

/** Changes with every change of the theme: what was drawn must be drawn anew. */
export function useThemeVersion(): number {
  return useSyncExternalStore(
    (notify) => {
      listeners.add(notify);
      return () => listeners.delete(notify);
    },
    () => version,
  );
}

export function chartLook(): ChartLook {
  if (look !== undefined) return look;
  const style = getComputedStyle(document.documentElement);
  look = {
    color: (token) => style.getPropertyValue(token).trim(),
    font: `11px ${style.getPropertyValue('--font-ui')}`,
  };
  return look;
}
