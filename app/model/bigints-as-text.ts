/**
 * A replacer for `JSON.stringify`: integers that `parseJson` read as bigints become their decimal strings, which mean the
 * same to the codecs.
 */
export function bigintsAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
