import { StudioError } from '../../../app/base/studio-error.ts';
import { describeJson } from '../../../app/model/codec/json-place.ts';
import { parseJson } from '../../../app/model/json-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The fields that `--edit` changes. @throws StudioError `BrokenJson`, `InvalidOption` */
export function parseEdit(text: string): Fields {
  const parsed = parseJson({ text, file: '--edit' });
  if (!('value' in parsed)) {
    const column = parsed.problem.location?.column ?? 1;
    throw new StudioError('BrokenJson', `--edit, column ${column}: ${parsed.problem.message}`);
  }
  if (isFields(parsed.value)) return parsed.value;
  throw new StudioError('InvalidOption', `--edit is an object, not ${describeJson(parsed.value)}.`, {
    tip: `It names the fields to change: --edit '{"cents": 5}'; null takes a field out.`,
  });
}

/** JSON Merge Patch (RFC 7396): objects field by field, null takes a field out, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const merged: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
