import type { FieldType, StructType } from '../message-type.ts';

export type PathSegment = string | number;

/** `place.x`, `points[0].x` as its parts; undefined for what is no path. */
export function parseFieldPath(text: string): readonly PathSegment[] | undefined {
  const segments: PathSegment[] = [];
  const part = /(?:^|\.)([^.[\]]+)|\[(\d+)\]/gy;
  let end = 0;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    segments.push(match[1] ?? Number(match[2]));
    end = part.lastIndex;
  }
  return end === text.length && typeof segments[0] === 'string' ? segments : undefined;
}

/** The type that a path leads to; undefined where the message has no such field. */
export function fieldTypeAt(struct: StructType, path: readonly PathSegment[]): FieldType | undefined {
  let current: FieldType | undefined = { kind: 'struct', struct };
  for (const segment of path) current = current === undefined ? undefined : step(current, segment);
  return current;
}

function step(type: FieldType, segment: PathSegment): FieldType | undefined {
  if (type.kind === 'struct') return type.struct.fields.find(({ name }) => name === segment)?.type;
  if (typeof segment !== 'number') return undefined;
  if (type.kind === 'array') return segment < type.length ? type.element : undefined;
  return type.kind === 'list' && segment < type.capacity ? type.element : undefined;
}
