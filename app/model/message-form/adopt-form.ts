import { fieldPath } from '../codec/json-place.ts';
import type { FieldType, Json, StructType } from '../message-type.ts';
import { formToJson } from './form-json.ts';
import { type FormState, formFromJson, type Leftover } from './form-value.ts';

/**
 * The same form after its struct has changed: fields are kept by name; what no longer has a place is left over, and
 * finds its place again when a field of its name comes back.
 */
export function adoptForm(from: StructType, to: StructType, { value, leftovers }: FormState): FormState {
  const json = formToJson(from, value);
  const present = new Set(Object.keys(json));
  const returning = leftovers.filter(({ path }) => to.fields.some(({ name }) => fieldPath('', name) === path));
  const restored = Object.fromEntries(
    to.fields.flatMap(({ name, type }) => {
      const found = present.has(name) ? undefined : returning.find(({ path }) => path === fieldPath('', name));
      return found === undefined || !canHold(type, found.json) ? [] : [[name, found.json] as const];
    }),
  );
  const adopted = formFromJson(to, { ...changedFields(from, json), ...restored });
  const stillOver = leftovers.filter(({ path }) => !Object.keys(restored).some((name) => fieldPath('', name) === path));
  return { value: adopted.value, leftovers: merged(stillOver, adopted.leftovers) };
}

/** Without the fields that nobody has changed: these follow their defaults. */
function changedFields(type: StructType, json: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const initial = formToJson(type, formFromJson(type, {}).value);
  return Object.fromEntries(
    Object.entries(json).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(initial[name])),
  );
}

function canHold(type: FieldType, json: Json): boolean {
  const probe = {
    name: '',
    fields: [{ name: 'x', type, offset: 0, sizeBytes: 0 }],
    sizeBytes: 0,
    alignBytes: 1,
    typeId: 1,
  };
  return formFromJson(probe, { x: json }).leftovers.length === 0;
}

function merged(older: readonly Leftover[], newer: readonly Leftover[]): readonly Leftover[] {
  return [...older.filter(({ path }) => !newer.some((leftover) => leftover.path === path)), ...newer];
}
