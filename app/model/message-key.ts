import { fnv1a32 } from '../base/fnv1a.ts';
import { assertNever } from '../base/assert-never.ts';
import { suggestion } from '../base/did-you-mean.ts';
import type { Problem } from '../base/studio-error.ts';
import type { Field, FieldType, StructType } from './message-type.ts';

/** The bytes of a message that decide which instance gets it. */
export interface MessageKey {
  /** Bytes from the start of the message. */
  readonly offset: number;
  /** `text`: as many as a `ring::text` holds, which begin 4 bytes behind `offset`. */
  readonly sizeBytes: number | 'text';
}

type KeyResult = { readonly key: MessageKey } | { readonly problem: Pick<Problem, 'code' | 'message' | 'tip'> };

/** Finds a field by its name, `position.x` in a nested struct, that can be the key of a message. */
export function findKey(message: StructType, name: string): KeyResult {
  let struct = message;
  let offset = 0;
  const path = name.split('.');
  for (const [depth, part] of path.entries()) {
    const field = struct.fields.find((candidate) => candidate.name === part);
    if (field === undefined) return { problem: unknownField(struct, part) };
    offset += field.offset;
    if (depth === path.length - 1) return keyOf(message, { name, field, offset });
    if (field.type.kind !== 'struct') return { problem: noStruct(message, path.slice(0, depth + 1).join('.')) };
    struct = field.type.struct;
  }
  return { problem: unknownField(message, name) };
}

export interface KeyChoice {
  /** As `findKey` wants it: `position.x` in a nested struct. */
  readonly name: string;
  /** Why it cannot be the key. */
  readonly problem?: string;
}

/** All fields of a message, those of structs in it behind them. */
export function keyChoices(message: StructType): readonly KeyChoice[] {
  return namesIn(message, '').map((name) => {
    const found = findKey(message, name);
    return 'problem' in found ? { name, problem: found.problem.message } : { name };
  });
}

function namesIn({ fields }: StructType, before: string): readonly string[] {
  return fields.flatMap(({ name, type }) => [
    `${before}${name}`,
    ...(type.kind === 'struct' ? namesIn(type.struct, `${before}${name}.`) : []),
  ]);
}

/** FNV-1a of the key's bytes in a message that begins at `start`: the same as the device's. */
export function hashKey(bytes: Uint8Array, start: number, { offset, sizeBytes }: MessageKey): number {
  const from = start + offset;
  if (sizeBytes !== 'text') return fnv1a32(bytes, from, from + sizeBytes);
  const size = bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24);
  return fnv1a32(bytes, from + 4, from + 4 + size);
}

function keyOf(
  message: StructType,
  { name, field, offset }: { readonly name: string; readonly field: Field; readonly offset: number },
): KeyResult {
  if (field.type.kind === 'text') return { key: { offset, sizeBytes: 'text' } };
  const obstacle = obstacleOf(field.type, field.sizeBytes);
  if (obstacle === undefined) return { key: { offset, sizeBytes: field.sizeBytes } };
  return {
    problem: {
      code: 'invalid-key',
      message: `'${name}' of ${message.name} cannot be a key: ${obstacle}.`,
      tip: 'Keys are integers, enums, bools, texts, and arrays and structs of these without padding.',
    },
  };
}

/** Why equal values of the type need not be equal bytes. */
function obstacleOf(type: FieldType, sizeBytes: number): string | undefined {
  switch (type.kind) {
    case 'scalar':
      return type.scalar === 'f32' || type.scalar === 'f64' ? 'equal floats can differ in their bytes' : undefined;
    case 'enum':
      return undefined;
    case 'text':
      return 'a text inside of it has bytes behind its end';
    case 'list':
      return 'a list has bytes behind its end';
    case 'buffer':
      return 'a buffer is a handle, which says nothing of its elements';
    case 'array':
      return obstacleOf(type.element, sizeBytes / type.length);
    case 'struct':
      return structObstacle(type.struct);
    default:
      return assertNever(type);
  }
}

function structObstacle({ name, fields, sizeBytes }: StructType): string | undefined {
  const used = fields.reduce((sum, field) => sum + field.sizeBytes, 0);
  if (used !== sizeBytes) return `${name} has padding, whose bytes say nothing`;
  return fields.map((field) => obstacleOf(field.type, field.sizeBytes)).find((obstacle) => obstacle !== undefined);
}

function unknownField({ name, fields }: StructType, part: string): Pick<Problem, 'code' | 'message' | 'tip'> {
  const names = fields.map((field) => field.name);
  const known = names.length === 0 ? 'It has no fields.' : `Fields: ${names.join(', ')}.`;
  return { code: 'unknown-key', message: `${name} has no field '${part}'. ${known}`, ...suggestion(part, names) };
}

function noStruct({ name }: StructType, path: string): Pick<Problem, 'code' | 'message' | 'tip'> {
  return { code: 'unknown-key', message: `'${path}' of ${name} is no struct: it has no fields.` };
}
