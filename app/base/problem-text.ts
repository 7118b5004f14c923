import type { Problem } from './studio-error.ts';

/** `points[2].x: Expected …, found …. Did you mean …?`: everything but the file position, in one line. */
export function problemText({ path, message, tip }: Problem): string {
  const place = path === undefined || path === '' ? '' : `${path}: `;
  return `${place}${message}${tip === undefined ? '' : ` ${tip}`}`;
}
