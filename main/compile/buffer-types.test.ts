import { afterAll, expect, test } from 'vitest';
import { cppName } from '../../app/model/layout-text.ts';
import { CompilerFixture, prelude, summary } from './compiler.fixture.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

test('buffers are read as 8-byte handles of scalars and structs', async () => {
  const { info } = await fixture.image(`${prelude}
namespace app { struct Point { float x, y; }; }
using Row = ring::buffer<app::Point>;
struct M { bool on; ring::buffer<float> samples; Row row; ring::list<ring::buffer<uint8_t>, 2> images; ring::buffer<int> none = {}; };
RING_KERNEL(k);
RING_ON(k, M) {}
`);
  const { fields } = info.structs.find(({ name }) => name === 'M')!;
  expect(fields.map(({ type, offset, sizeBytes }) => [cppName(type), offset, sizeBytes])).toEqual([
    ['bool', 0, 1],
    ['ring::buffer<float>', 4, 8],
    ['ring::buffer<app::Point>', 12, 8],
    ['ring::list<ring::buffer<uint8_t>, 2>', 20, 20],
    ['ring::buffer<int32_t>', 40, 8],
  ]);
  expect(fields.map((field) => field.default)).toEqual([undefined, undefined, undefined, undefined, null]);
});

test('a buffer of a struct that cannot be a message is refused at its field', async () => {
  const problems = await fixture.problems(`${prelude}
struct Node { int* next; };
struct M { ring::buffer<Node> nodes; };
RING_KERNEL(k);
RING_ON(k, M) {}
`);
  expect(problems.map(summary)).toContain('main.cu:3 field-is-pointer');
});

test('a view cannot be kept: neither copied nor put into a state', async () => {
  const problems = await fixture.problems(`${prelude}
struct M { ring::buffer<float> values; };
struct State { ring::buffer_view<float> view; };
RING_KERNEL(k, State);
RING_ON(k, M) { auto a = msg.values.write(); auto b = a; }
`);
  expect(problems.map(({ severity }) => severity)).toContain('error');
  expect(problems.map(summary).join()).toMatch(/main\.cu:[46]/);
});
