import { describe, expect, test } from 'vitest';
import { array, list, nested, scalar, text } from '../testing/field-types.ts';
import { layoutStruct, sizeOf, typeIdOf } from './layout.ts';
import { describeLayout, explainDifference } from './layout-text.ts';
import type { ScalarKind, StructType } from './message-type.ts';

const offsetsOf = (struct: StructType): number[] => struct.fields.map((field) => field.offset);

describe('layout', () => {
  test('fields are aligned naturally and the size is a multiple of the alignment', () => {
    const mixed = layoutStruct({
      name: 'Mixed',
      fields: [
        { name: 'a', type: scalar('u8') },
        { name: 'b', type: scalar('i64') },
        { name: 'c', type: scalar('i16') },
        { name: 'd', type: scalar('f32') },
        { name: 'e', type: scalar('bool') },
      ],
    });
    expect(offsetsOf(mixed)).toEqual([0, 8, 16, 20, 24]);
    expect(mixed).toMatchObject({ sizeBytes: 32, alignBytes: 8 });
  });

  test('alignas on a struct or a field widens the alignment and the size', () => {
    const vector = layoutStruct({
      name: 'Vector',
      fields: [{ name: 'v', type: array(scalar('f32'), 3) }],
      alignBytes: 16,
    });
    expect(vector).toMatchObject({ sizeBytes: 16, alignBytes: 16 });
    const holder = layoutStruct({
      name: 'Holder',
      fields: [
        { name: 'tag', type: scalar('u8') },
        { name: 'vector', type: nested(vector) },
        { name: 'aligned', type: scalar('u8'), alignBytes: 32 },
      ],
    });
    expect(offsetsOf(holder)).toEqual([0, 16, 32]);
    expect(holder).toMatchObject({ sizeBytes: 64, alignBytes: 32 });
  });

  test('a text is a size word and its bytes, rounded up to 4', () => {
    expect([1, 4, 5, 16].map((capacity) => sizeOf(text(capacity)))).toEqual([8, 8, 12, 20]);
  });

  test('the elements of a list are aligned behind its size word', () => {
    expect(sizeOf(list(scalar('u8'), 3))).toBe(8);
    expect(sizeOf(list(scalar('f64'), 2))).toBe(24);
    expect(sizeOf(list(text(5), 2))).toBe(28);
  });

  test('a struct without fields takes one byte, as in C++', () => {
    expect(layoutStruct({ name: 'Tick', fields: [] })).toMatchObject({ sizeBytes: 1, alignBytes: 1 });
  });
});

describe('type ids', () => {
  const reading = layoutStruct({ name: 'Reading', fields: [{ name: 'value', type: scalar('f32') }] });

  test('comments and defaults do not change the id', () => {
    const documented = layoutStruct({
      name: 'Reading',
      doc: 'one sample',
      fields: [{ name: 'value', type: scalar('f32'), doc: 'in kelvin', default: 20 }],
    });
    expect(documented.typeId).toBe(reading.typeId);
  });

  test('name, field names, types, offsets and alignment change the id', () => {
    const others = [
      layoutStruct({ name: 'app::Reading', fields: [{ name: 'value', type: scalar('f32') }] }),
      layoutStruct({ name: 'Reading', fields: [{ name: 'level', type: scalar('f32') }] }),
      layoutStruct({ name: 'Reading', fields: [{ name: 'value', type: scalar('u32') }] }),
      layoutStruct({ name: 'Reading', fields: [{ name: 'value', type: array(scalar('f32'), 1) }] }),
      layoutStruct({ name: 'Reading', fields: [{ name: 'value', type: scalar('f32') }], alignBytes: 8 }),
    ];
    expect(new Set([reading, ...others].map((struct) => struct.typeId)).size).toBe(6);
  });

  test('a change inside a nested struct changes the id of the outer one', () => {
    const outerOf = (kind: ScalarKind): StructType => {
      const inner = layoutStruct({ name: 'Inner', fields: [{ name: 'x', type: scalar(kind) }] });
      return layoutStruct({ name: 'Outer', fields: [{ name: 'items', type: list(nested(inner), 4) }] });
    };
    expect(outerOf('i32').typeId).not.toBe(outerOf('u32').typeId);
  });

  test('the id is stable between versions', () => {
    expect(typeIdOf(reading)).toBe(0x88a7c712);
  });
});

describe('layouts as text', () => {
  const point = layoutStruct({
    name: 'Point',
    fields: [
      { name: 'x', type: scalar('f32') },
      { name: 'y', type: scalar('f32') },
    ],
  });
  const shape = layoutStruct({
    name: 'app::Shape',
    fields: [
      { name: 'name', type: text(6) },
      { name: 'centre', type: nested(point) },
      { name: 'corners', type: list(nested(point), 4) },
      { name: 'grid', type: array(array(scalar('i8'), 3), 2) },
    ],
  });

  test('nested structs are shown with the outer struct’s offsets, elements with their own', () => {
    expect(describeLayout(shape)).toBe(
      [
        'app::Shape: 64 bytes, aligned to 4',
        '  @0   ring::text<6> name',
        '  @12  Point centre',
        '    @12  float x',
        '    @16  float y',
        '  @20  ring::list<Point, 4> corners',
        '    @0   float x',
        '    @4   float y',
        '  @56  int8_t[2][3] grid',
      ].join('\n'),
    );
  });

  test('a difference names the field, both types and both places', () => {
    const left = layoutStruct({
      name: 'M',
      fields: [
        { name: 'kept', type: scalar('u8') },
        { name: 'wider', type: scalar('u32') },
        { name: 'moved', type: scalar('u8') },
        { name: 'gone', type: scalar('u8') },
      ],
    });
    const right = layoutStruct({
      name: 'M',
      fields: [
        { name: 'kept', type: scalar('u8') },
        { name: 'wider', type: scalar('u64') },
        { name: 'moved', type: scalar('u8') },
        { name: 'added', type: scalar('u8') },
      ],
    });
    expect(explainDifference({ label: 'a.cu', struct: left }, { label: 'b.cu', struct: right })).toEqual([
      "'wider' is uint32_t in a.cu, uint64_t in b.cu.",
      "'moved' is at byte 8 in a.cu, 16 in b.cu.",
      "Only a.cu has the field 'gone'.",
      "Only b.cu has the field 'added'.",
    ]);
  });

  test('a difference inside a nested struct says where it lies', () => {
    const flat = layoutStruct({ name: 'Point', fields: [{ name: 'x', type: scalar('f32') }] });
    const outerOf = (struct: StructType): StructType =>
      layoutStruct({ name: 'Outer', fields: [{ name: 'at', type: nested(struct) }] });
    const sides = [
      { label: 'the channel', struct: outerOf(point) },
      { label: 'the handler', struct: outerOf(flat) },
    ] as const;
    expect(explainDifference(...sides)).toEqual(["Inside 'at': Only the channel has the field 'y'."]);
  });
});
