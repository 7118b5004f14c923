import { assertNever } from '../base/assert-never.ts';
import type { Field, FieldType, ScalarKind, StructType } from './message-type.ts';

const cppScalars: Readonly<Record<ScalarKind, string>> = {
  i8: 'int8_t',
  u8: 'uint8_t',
  i16: 'int16_t',
  u16: 'uint16_t',
  i32: 'int32_t',
  u32: 'uint32_t',
  i64: 'int64_t',
  u64: 'uint64_t',
  f32: 'float',
  f64: 'double',
  bool: 'bool',
  char: 'char',
};

/** The type as people write it in C++: `uint32_t`, `app::Mode`, `float[3]`, `ring::text<16>`. */
export function cppName(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return cppScalars[type.scalar];
    case 'enum':
      return type.enum.name;
    case 'struct':
      return type.struct.name;
    case 'array':
      return cppArrayName(type);
    case 'text':
      return `ring::text<${type.capacity}>`;
    case 'list':
      return `ring::list<${cppName(type.element)}, ${type.capacity}>`;
    case 'buffer':
      return `ring::buffer<${cppName(type.element)}>`;
    default:
      return assertNever(type);
  }
}

/** The outermost bound comes first, as in the declaration: `float m[2][3]` is `float[2][3]`. */
function cppArrayName(type: FieldType): string {
  let bounds = '';
  let element = type;
  for (; element.kind === 'array'; element = element.element) bounds += `[${element.length}]`;
  return cppName(element) + bounds;
}

/**
 * The layout in lines, nested structs included:
 *
 *     app::Reading: 8 bytes, aligned to 4
 *       @0  uint32_t sensor
 *       @4  float value
 */
export function describeLayout(struct: StructType): string {
  const lines = fieldLines(struct, { baseOffset: 0, indent: '  ' });
  return [`${struct.name}: ${extent(struct)}`, ...lines].join('\n');
}

interface Nesting {
  readonly baseOffset: number;
  readonly indent: string;
}

function fieldLines(struct: StructType, { baseOffset, indent }: Nesting): string[] {
  return struct.fields.flatMap((field) => {
    const offset = baseOffset + field.offset;
    const line = `${indent}@${offset}`.padEnd(indent.length + 5) + `${describeType(field.type)} ${field.name}`;
    const inner = innermostStruct(field.type);
    if (inner === undefined) return [line];
    const isInline = field.type.kind === 'struct';
    return [line, ...fieldLines(inner, { baseOffset: isInline ? offset : 0, indent: `${indent}  ` })];
  });
}

function describeType(type: FieldType): string {
  return type.kind === 'enum' ? `${type.enum.name} : ${cppScalars[type.enum.underlying]}` : cppName(type);
}

function innermostStruct(type: FieldType): StructType | undefined {
  if (type.kind === 'struct') return type.struct;
  return type.kind === 'array' || type.kind === 'list' || type.kind === 'buffer'
    ? innermostStruct(type.element)
    : undefined;
}

function extent(struct: StructType): string {
  return `${struct.sizeBytes} ${struct.sizeBytes === 1 ? 'byte' : 'bytes'}, aligned to ${struct.alignBytes}`;
}

/** What makes two layouts of one name differ, a sentence each; `left` and `right` say whose they are. */
export function explainDifference(left: LabelledStruct, right: LabelledStruct): string[] {
  const differences: string[] = [];
  for (const field of left.struct.fields) {
    const other = right.struct.fields.find(({ name }) => name === field.name);
    if (other === undefined) differences.push(`Only ${left.label} has the field '${field.name}'.`);
    else differences.push(...explainField({ label: left.label, field }, { label: right.label, field: other }));
  }
  for (const { name } of right.struct.fields) {
    const isShared = left.struct.fields.some((field) => field.name === name);
    if (!isShared) differences.push(`Only ${right.label} has the field '${name}'.`);
  }
  if (differences.length === 0 && extent(left.struct) !== extent(right.struct)) {
    differences.push(`In ${left.label} it takes ${extent(left.struct)}, in ${right.label} ${extent(right.struct)}.`);
  }
  return differences;
}

export interface LabelledStruct {
  readonly label: string;
  readonly struct: StructType;
}

interface LabelledField {
  readonly label: string;
  readonly field: Field;
}

function explainField(left: LabelledField, right: LabelledField): string[] {
  const { name } = left.field;
  const [leftType, rightType] = [describeType(left.field.type), describeType(right.field.type)];
  if (leftType !== rightType) return [`'${name}' is ${leftType} in ${left.label}, ${rightType} in ${right.label}.`];
  const [leftInner, rightInner] = [innermostStruct(left.field.type), innermostStruct(right.field.type)];
  if (leftInner !== undefined && rightInner !== undefined && leftInner.typeId !== rightInner.typeId) {
    const differences = explainDifference(
      { label: left.label, struct: leftInner },
      { label: right.label, struct: rightInner },
    );
    return differences.map((difference) => `Inside '${name}': ${difference}`);
  }
  if (left.field.offset === right.field.offset) return [];
  return [`'${name}' is at byte ${left.field.offset} in ${left.label}, ${right.field.offset} in ${right.label}.`];
}
