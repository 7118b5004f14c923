/** `points[2]` + `x` → `points[2].x`; what is not an identifier is quoted: `points[2]["a b"]`. */
export function fieldPath(owner: string, name: string): string {
  if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name)) return `${owner}[${JSON.stringify(name)}]`;
  return owner === '' ? name : `${owner}.${name}`;
}

const shownCharacters = 40;

/** A found value, short enough for a message: `300`, `the string "abc"`, `an array of 3`. */
export function describeJson(json: unknown): string {
  if (typeof json === 'string') {
    const isShort = json.length <= shownCharacters;
    return `the string ${JSON.stringify(isShort ? json : `${json.slice(0, shownCharacters)}…`)}`;
  }
  if (Array.isArray(json)) return `an array of ${json.length}`;
  if (typeof json === 'object' && json !== null) return 'an object';
  return String(json);
}
