import { afterAll, describe, expect, test } from 'vitest';
import { CompilerFixture, prelude } from './compiler.fixture.ts';
import type { Field, FieldType, StructType } from '../../app/model/message-type.ts';
import type { ProgramImage } from '../../app/model/program.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const kernel = 'RING_KERNEL(k);\nRING_ON(k, M) {}\n';

function structOf({ info }: ProgramImage, name: string): StructType {
  const found = info.structs.find((struct) => struct.name === name);
  if (found === undefined) throw new Error(`no struct ${name}`);
  return found;
}

function fieldOf(struct: StructType, name: string): Field {
  const found = struct.fields.find((field) => field.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
}

function typeText(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return `enum ${type.enum.name}`;
    case 'struct':
      return type.struct.name;
    case 'array':
      return `[${type.length}]${typeText(type.element)}`;
    case 'text':
      return `text<${type.capacity}>`;
    case 'list':
      return `list<${typeText(type.element)}, ${type.capacity}>`;
    case 'buffer':
      return `buffer<${typeText(type.element)}>`;
  }
}

const typesOf = (struct: StructType): Record<string, string> =>
  Object.fromEntries(struct.fields.map(({ name, type }) => [name, typeText(type)]));

describe('field types', () => {
  test('every scalar type is read by whatever name it has', async () => {
    const image = await fixture.image(`${prelude}
using meters = float;
struct M {
  int8_t a; uint8_t b; int16_t c; uint16_t d; int32_t e; uint32_t f; int64_t g; uint64_t h;
  signed char i; unsigned char j; short k; unsigned short l; int m; unsigned n; long long o; unsigned long long p;
  char q; bool r; float s; double t; meters u;
};
${kernel}`);
    const kinds = 'i8 u8 i16 u16 i32 u32 i64 u64 i8 u8 i16 u16 i32 u32 i64 u64 char bool f32 f64 f32'.split(' ');
    expect(Object.values(typesOf(structOf(image, 'M')))).toEqual(kinds);
  });

  test('enums, nested structs, arrays, text and lists keep their shape', async () => {
    const image = await fixture.image(`${prelude}
namespace app {
enum class Mode : uint8_t { off, on = 5, automatic };
enum Plain : int64_t { low = -3, next };
struct Point { float x, y, z; };
}
constexpr unsigned kMost = 2 * 4;
using Row = uint16_t[3];
struct M {
  app::Mode mode; app::Plain plain; app::Point at; app::Point corners[4]; int32_t grid[2][3]; Row rows[2];
  ring::text<12> name; ring::list<app::Point, 3> path; ring::list<ring::text<4>, 2> words; ring::list<app::Mode, 2> modes[2];
  ring::text<kMost> label; char raw[5];
  struct Inner { uint8_t q; } inner;
};
${kernel}`);
    const message = structOf(image, 'M');
    expect(typesOf(message)).toEqual({
      mode: 'enum app::Mode',
      plain: 'enum app::Plain',
      at: 'app::Point',
      corners: '[4]app::Point',
      grid: '[2][3]i32',
      rows: '[2][3]u16',
      name: 'text<12>',
      path: 'list<app::Point, 3>',
      words: 'list<text<4>, 2>',
      modes: '[2]list<enum app::Mode, 2>',
      label: 'text<8>',
      raw: '[5]char',
      inner: 'M::Inner',
    });
    const { type } = fieldOf(message, 'mode');
    expect(type.kind === 'enum' && type.enum).toMatchObject({
      underlying: 'u8',
      values: [
        { name: 'off', value: '0' },
        { name: 'on', value: '5' },
        { name: 'automatic', value: '6' },
      ],
    });
    const plain = fieldOf(message, 'plain').type;
    expect(plain.kind === 'enum' && plain.enum).toMatchObject({
      underlying: 'i64',
      values: [{ value: '-3' }, { value: '-2' }],
    });
  });

  test('alignas widens structs and fields as the compiler lays them out', async () => {
    const image = await fixture.image(`${prelude}
struct alignas(16) Wide { float x; };
struct M { uint8_t tag; Wide wide; alignas(16) uint8_t aligned; };
${kernel}`);
    const message = structOf(image, 'M');
    expect(message).toMatchObject({ sizeBytes: 48, alignBytes: 16 });
    expect(message.fields.map(({ offset }) => offset)).toEqual([0, 16, 32]);
  });

  test('an empty struct takes one byte', async () => {
    const image = await fixture.image(`${prelude}struct M {};\n${kernel}`);
    expect(structOf(image, 'M')).toMatchObject({ sizeBytes: 1, alignBytes: 1, fields: [] });
  });

  test('a struct named by typedef is read under that name', async () => {
    const image = await fixture.image(`${prelude}
typedef struct { float x; } Vec;
typedef enum : uint16_t { red, green } Colour;
struct M { Vec v; Colour c; };
${kernel}`);
    expect(typesOf(structOf(image, 'M'))).toEqual({ v: 'Vec', c: 'enum Colour' });
  });
});

describe('names', () => {
  test('types are found through namespaces, nested scopes, using directives and declarations', async () => {
    const image = await fixture.image(`${prelude}
namespace a { struct Item { int x; }; namespace b { struct Item { float y; }; struct Box { Item own; a::Item outer; Item many[2]; }; } }
namespace c { using namespace a::b; struct Crate { Box box; }; }
using a::b::Box;
inline namespace v1 { struct Tagged { Box box; }; }
struct M { Box box; c::Crate crate; Tagged tagged; };
namespace a { using Message = ::M; }
RING_KERNEL(k, a::Item);
RING_OUTPUT(k, out, c::Crate);
RING_ON(k, a::Message) { ctx.emit(out, c::Crate{}); }
`);
    expect(typesOf(structOf(image, 'a::b::Box'))).toEqual({
      own: 'a::b::Item',
      outer: 'a::Item',
      many: '[2]a::b::Item',
    });
    expect(image.info.kernels[0]).toMatchObject({
      state: { name: 'a::Item' },
      handlers: [{ message: { name: 'M' } }],
      outputs: [{ name: 'out', index: 0, message: { name: 'c::Crate' } }],
    });
    expect(image.info.structs.map(({ name }) => name)).toEqual([
      'M',
      'a::Item',
      'a::b::Box',
      'a::b::Item',
      'c::Crate',
      'v1::Tagged',
    ]);
  });

  test('an unused struct that cannot be a message is left out', async () => {
    const image = await fixture.image(`${prelude}
struct Cursor { const char* at; long left; };
template <class T> struct Pair { T a, b; };
struct M { int x; };
${kernel}`);
    expect(image.info.structs.map(({ name }) => name)).toEqual(['M']);
  });
});

describe('kernels', () => {
  test('come in the order of declaration, with handlers, outputs and sizes', async () => {
    const source = `${prelude}
struct A { int x; };
struct B { int y; };
struct S { int n; };
constexpr int kWide = 2 * 8; RING_KERNEL(second);
RING_KERNEL(first, S);
RING_OUTPUT(first, left, A);
RING_OUTPUT(first, right, B);
RING_BLOCK(first, ring::any);
RING_GRID(first, 4, 1 << 1);
RING_BLOCK(second, kWide, 16);
RING_ON(first, B) { ctx.emit(right, msg); }
RING_ON(first, A) { ctx.emit(left, msg); }
RING_ON(second, A) { ctx.reply(B{1}); }
`;
    const { info, sentTypes } = await fixture.image(source);
    expect(info.file).toBe('main.cu');
    expect(info.kernels.map(({ name }) => name)).toEqual(['second', 'first']);
    const first = info.kernels[1];
    expect(first).toMatchObject({
      block: 'any',
      grid: [4, 2, 1],
      state: { name: 'S' },
      location: { file: 'main.cu', line: 7 },
    });
    expect(first?.handlers.map(({ message, location }) => [message.name, location.line])).toEqual([
      ['B', 13],
      ['A', 14],
    ]);
    expect(first?.outputs.map(({ name, index, location }) => [name, index, location.line])).toEqual([
      ['left', 0, 8],
      ['right', 1, 9],
    ]);
    expect(info.kernels[0]).toMatchObject({ block: [16, 16, 1], grid: [1, 1, 1], outputs: [] });
    expect(info.kernels[0]).not.toHaveProperty('state');
    const idOf = (name: string): number => info.structs.find((struct) => struct.name === name)!.typeId;
    expect(sentTypes).toEqual([idOf('A'), idOf('B')].sort((a, b) => a - b));
  });
});

describe('documentation', () => {
  test('comments above and behind declarations become docs', async () => {
    const image = await fixture.image(`${prelude}
/// One sample.
/// Of a sensor.
struct M {
  /** Where it
   *  comes from. */
  uint32_t sensor;
  float value; ///< in kelvin,
               ///< always
  float x, y; /**< a place */
  // not a doc
  int plain;
  /// how
  enum class How : uint8_t { once, /**< one time */ twice ///< two times
  } how;
};
struct Line { int a; };  ///< on one line
struct Über { int ä; ///< größe
};

/// Averages.
RING_KERNEL(k, Line);
RING_OUTPUT(k, out, Line); ///< each mean
RING_ON(k, M) {}
RING_KERNEL(bare);
RING_ON(bare, M) {}
`);
    const message = structOf(image, 'M');
    expect(message.doc).toBe('One sample.\nOf a sensor.');
    expect(Object.fromEntries(message.fields.map(({ name, doc }) => [name, doc]))).toEqual({
      sensor: 'Where it\ncomes from.',
      value: 'in kelvin,\nalways',
      x: 'a place',
      y: 'a place',
      plain: undefined,
      how: 'how',
    });
    const how = fieldOf(message, 'how').type;
    expect(how.kind === 'enum' && how.enum).toMatchObject({
      doc: 'how',
      values: [{ doc: 'one time' }, { doc: 'two times' }],
    });
    expect(structOf(image, 'Line')).toMatchObject({ doc: 'on one line' });
    expect(structOf(image, 'Line').fields[0]).not.toHaveProperty('doc');
    expect(structOf(image, 'Über').fields[0]).toMatchObject({ name: 'ä', doc: 'größe' });
    const [documented, bare] = image.info.kernels;
    expect(documented).toMatchObject({ doc: 'Averages.', outputs: [{ doc: 'each mean' }] });
    expect(bare).not.toHaveProperty('doc');
  });
});

test('names of what every object has are names like others', async () => {
  const image = await fixture.image(`${prelude}
struct constructor { int32_t toString; int32_t valueOf = 2; };
enum class hasOwnProperty : uint8_t { isPrototypeOf };
struct toString { constructor valueOf; hasOwnProperty constructor; };
RING_KERNEL(k);
RING_ON(k, toString) {}
`);
  expect(structOf(image, 'toString').fields.map(({ name, type }) => [name, type.kind])).toEqual([
    ['valueOf', 'struct'],
    ['constructor', 'enum'],
  ]);
  expect(structOf(image, 'constructor').fields.map((field) => [field.name, field.default])).toEqual([
    ['toString', undefined],
    ['valueOf', 2],
  ]);
});

describe('defaults', () => {
  test('are what the compiler makes of the initializers, nested, in arrays, enums and texts', async () => {
    const image = await fixture.image(`${prelude}
enum class Mode : uint32_t { off, on };
constexpr float half(float x) { return x / 2; }
struct Point { float x = 1; float y; };
struct Inner { Point at = {3, 4}; int64_t big = 9007199254740993; };
struct M {
  float value = half(41.0f) + 0.5f;
  int32_t none;
  Mode mode = Mode::on;
  bool flag{true};
  uint8_t bytes[3] = {1, 2};
  Point points[2] = {{5, 6}};
  Inner inner;
  Inner given{};
  ring::text<8> name = {2, {'h', 'i'}};
  ring::list<int, 4> list = {};
  double ratio = 1.0 / 3;
};
${kernel}`);
    const message = structOf(image, 'M');
    const defaults = Object.fromEntries(message.fields.map((field) => [field.name, field.default]));
    expect(defaults).toEqual({
      value: 21,
      none: undefined,
      mode: 'on',
      flag: true,
      bytes: [1, 2, 0],
      points: [
        { x: 5, y: 6 },
        { x: 1, y: 0 },
      ],
      inner: undefined,
      given: { at: { x: 3, y: 4 }, big: '9007199254740993' },
      name: 'hi',
      list: [],
      ratio: 1 / 3,
    });
    const { type } = fieldOf(message, 'inner');
    expect(type.kind === 'struct' && type.struct.fields[0]).toMatchObject({ default: { x: 3, y: 4 } });
    expect(image.defaults).toHaveLength(image.info.structs.length);
    const bytes = image.defaults[image.info.structs.indexOf(message)]!;
    expect(bytes).toHaveLength(message.sizeBytes);
    expect(new DataView(bytes.buffer).getFloat32(0, true)).toBe(21);
  });

  test('an initializer that traps is reported', async () => {
    const trapping = await fixture.problems(`${prelude}
inline int zero() { volatile int z = 0; return z; }
struct M { int x = 1 / zero(); };
${kernel}`);
    expect(trapping).toMatchObject([
      {
        code: 'initializer-failed',
        message: 'M{} cannot be made: divide-by-zero',
        location: { file: 'main.cu', line: 4 },
      },
    ]);
  });
});

describe('the image', () => {
  test('has its static data at the base that was asked for', async () => {
    const source = `${prelude}
__constant__ int table[64] = {1, 2, 3};
struct M { int i; };
RING_KERNEL(k);
RING_ON(k, M) { ctx.reply(M{table[msg.i & 63]}); }
`;
    const projectDir = fixture.project({ 'main.cu': source });
    const images = [];
    for (const base of [65_536, 20 * 65_536, 65_534 * 65_536]) {
      const result = await fixture.compiler.compile({ projectDir, file: 'main.cu' }, { base });
      if (!result.ok) throw new Error('does not compile');
      images.push(result.image);
    }
    expect(images.map(({ staticData }) => staticData.address)).toEqual([65_536, 1_310_720, 4_294_836_224]);
    expect(images[0]!.staticData.sizeBytes).toBeGreaterThanOrEqual(256);
    expect(images[0]!.hash).not.toBe(images[1]!.hash);
    const exported = WebAssembly.Module.exports(new WebAssembly.Module(images[0]!.wasm)).map(({ name }) => name);
    expect(exported).toEqual(
      expect.arrayContaining(['ring_drain_k', 'ring_settle', 'ring_stop_check', '__stack_pointer']),
    );
    const imported = WebAssembly.Module.imports(new WebAssembly.Module(images[0]!.wasm));
    expect(imported.every(({ module, name }) => module === 'env' && /^(memory|ring_host_\w+)$/.test(name))).toBe(true);
  });

  test('links the math functions', async () => {
    const image = await fixture.image(`${prelude}
struct M { float x; double y; };
RING_KERNEL(k);
RING_ON(k, M) {
  ctx.reply(M{sinf(msg.x) + powf(msg.x, 2.5f) + expf(msg.x) + tanhf(msg.x) + erff(msg.x), tgamma(msg.y) + fmod(msg.y, 3.0) + atan2(msg.y, 2.0)});
}
`);
    expect(image.wasm.length).toBeGreaterThan(0);
  });
});
