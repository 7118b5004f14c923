import type { Problem } from '../../../../app/base/studio-error.ts';
import { fieldPath } from '../../../../app/model/codec/json-place.ts';
import type { FieldType, StructType } from '../../../../app/model/message-type.ts';
import type { FillingHost } from '../../../../app/model/topology/edit/host-fills.ts';
import { stateRows } from '../state-rows.ts';

export interface FillRow {
  readonly path: string;
  /** Undefined of a path that only the document knows. */
  readonly type: FieldType | undefined;
  readonly typeName: string;
  readonly doc: string | undefined;
}

/** The fields of the message, then what the document fills and the message does not have. */
export function fillRows(host: FillingHost, message: StructType | undefined): readonly FillRow[] {
  const known = message === undefined ? [] : stateRows(message, undefined);
  const leaves = known.filter(({ type }) => type.kind !== 'struct' && type.kind !== 'buffer');
  const types = new Map(known.map(({ path, type }) => [path, type]));
  const drawn = host.host === 'generator' ? Object.keys(host.fields ?? {}) : [];
  const others = new Set([
    ...fixedStrangers(host.message ?? {}, '', types),
    ...drawn.filter((path) => !types.has(path)),
  ]);
  return [...leaves, ...Array.from(others, (path) => ({ path, type: undefined, typeName: '', doc: undefined }))];
}

function fixedStrangers(fields: object, prefix: string, types: ReadonlyMap<string, FieldType>): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]: readonly [string, unknown]): readonly string[] => {
    const path = `${prefix}${name}`;
    const type = types.get(path);
    if (type !== undefined && type.kind !== 'struct') return [];
    if (!isStruct(value)) return [path];
    const isEmptyStranger = type === undefined && Object.keys(value).length === 0;
    return isEmptyStranger ? [path] : fixedStrangers(value, `${path}.`, types);
  });
}

function isStruct(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with how a field is filled, or with a part of it; `problems`: those of the host actor's entry. */
export function fillProblem(problems: readonly Problem[], path: string): string | undefined {
  const places = [`message.${path}`, fieldPath('fields', path)];
  return problems.find(({ path: full = '' }) => {
    const own = full.slice(full.indexOf('.') + 1);
    return places.some((place) => own === place || own.startsWith(`${place}.`) || own.startsWith(`${place}[`));
  })?.message;
}
