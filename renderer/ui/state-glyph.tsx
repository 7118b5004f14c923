import type { ReactElement } from 'react';

/** Each state has its own shape; colour comes third, after shape and word. */
export type VisibleState = 'running' | 'paused' | 'faulted' | 'warning' | 'stopped' | 'unknown' | 'ok' | 'info';

const shapes: Readonly<Record<VisibleState, ReactElement>> = {
  running: <circle cx="6" cy="6" r="4" />,
  paused: <path d="M2.5 1.8h2.6v8.4H2.5zM6.9 1.8h2.6v8.4H6.9z" />,
  faulted: (
    <path
      fillRule="evenodd"
      d="M3.8.8h4.4l3 3v4.4l-3 3H3.8l-3-3V3.8zM4.3 3.2 3.2 4.3 4.9 6 3.2 7.7l1.1 1.1L6 7.1l1.7 1.7 1.1-1.1L7.1 6l1.7-1.7-1.1-1.1L6 4.9z"
    />
  ),
  warning: <path fillRule="evenodd" d="M6 .8 11.7 11H.3zM5.4 4.2v3.4h1.2V4.2zM5.4 8.4v1.3h1.2V8.4z" />,
  stopped: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  unknown: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.1 2.1" />,
  ok: <path d="m1.8 6.4 2.9 2.9 5.6-6" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  info: (
    <path
      fillRule="evenodd"
      d="M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8zM5.4 5.2v3.6h1.2V5.2zM5.4 3.2v1.2h1.2V3.2z"
    />
  ),
};

const classes: Readonly<Record<VisibleState, string>> = {
  running: 'running',
  paused: 'paused',
  faulted: 'faulted',
  warning: 'warning',
  stopped: 'stopped',
  unknown: 'stopped',
  ok: 'running',
  info: 'stopped',
};

/** `label` is its accessible name; leave it out where the word stands beside it. */
export function StateGlyph({ state, label }: { readonly state: VisibleState; readonly label?: string }): ReactElement {
  const naming = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <svg
      className={classes[state]}
      width="12"
      height="12"
      viewBox="0 0 12 12"
      fill="currentColor"
      style={{ flex: 'none' }}
      {...naming}
    >
      {shapes[state]}
    </svg>
  );
}
