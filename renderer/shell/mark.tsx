import type { ReactElement } from 'react';

export function Mark({ size = 20 }: { readonly size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden style={{ flex: 'none' }}>
      <g fill="none" stroke="var(--accent)" strokeWidth="3">
        <path d="M10 3a7 7 0 0 1 6.06 3.5" />
        <path d="M17 10a7 7 0 0 1-3.5 6.06" />
        <path d="M10 17a7 7 0 0 1-6.06-3.5" />
        <path d="M3 10a7 7 0 0 1 3.5-6.06" stroke="var(--text-1)" />
      </g>
      <circle cx="10" cy="10" r="2.2" fill="var(--text-1)" />
    </svg>
  );
}
