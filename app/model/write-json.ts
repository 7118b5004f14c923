/**
 * The text of a JSON value on one line. Unlike `JSON.stringify` it keeps the sign of -0, which JSON can hold and a float
 * can be.
 */
export function writeJson(value: unknown): string {
  return hasNegativeZero(value) ? write(value) : JSON.stringify(value);
}

function hasNegativeZero(value: unknown): boolean {
  if (typeof value === 'number') return Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return false;
  return (Array.isArray(value) ? (value as unknown[]) : Object.values(value)).some(hasNegativeZero);
}

function write(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${write(entry)}`).join(',')}}`;
}
