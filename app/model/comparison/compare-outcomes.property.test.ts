import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { arbitraryMessage, arbitraryStruct } from '../../testing/arbitrary-messages.ts';
import { array, list, nested, scalar } from '../../testing/field-types.ts';
import { createCodec } from '../codec/codec.ts';
import { decodeJson } from '../codec/json-decode.ts';
import { encodeJson } from '../codec/json-encode.ts';
import { viewMemory } from '../codec/memory-views.ts';
import { layoutStruct } from '../layout.ts';
import type { StructType } from '../message-type.ts';
import { compareOutcomes, type ComparisonOptions } from './compare-outcomes.ts';
import { differenceLine } from './comparison-report.ts';
import { hasBuffers } from './has-buffers.ts';
import type { RunOutcome } from './run-outcome.ts';
import { parseTolerance, Tolerances } from './tolerance.ts';

const empty: RunOutcome = {
  streams: new Map(),
  states: new Map(),
  failures: new Map(),
  deadLetters: new Map(),
  undelivered: new Map(),
  printed: undefined,
  buffers: new Map(),
};
const exactly = new Tolerances();

function outcome(type: StructType, values: readonly Uint8Array[]): RunOutcome {
  return { ...empty, streams: new Map([['a#0 out', { type, values }]]) };
}

function encoded(type: StructType, message: object): Uint8Array {
  const memory = new Uint8Array(Math.ceil(type.sizeBytes / 8) * 8); // views want whole words
  createCodec(type).write(viewMemory(memory.buffer), 0, message);
  return memory.subarray(0, type.sizeBytes);
}

/** A struct and messages of it; handles of buffers in them lead nowhere. */
const arbitraryStream = arbitraryStruct().chain((type) =>
  fc
    .array(arbitraryMessage(type), { maxLength: 12 })
    .map((messages) => ({ type, values: messages.map((message) => encoded(type, message)) })),
);

const point = layoutStruct({ name: 'app::Point', fields: [{ name: 'x', type: scalar('f32') }] });
const sample = layoutStruct({
  name: 'app::Sample',
  fields: [
    { name: 'id', type: scalar('u32') },
    { name: 'mean', type: scalar('f64') },
    { name: 'points', type: array(nested(point), 3) },
    { name: 'items', type: list(scalar('i16'), 4) },
  ],
});

interface Sample {
  readonly id: number;
  readonly mean: number | string;
  readonly points: readonly { readonly x: number }[];
  readonly items: readonly number[];
}

const base: Sample = { id: 1, mean: 1.5, points: [{ x: 1 }, { x: 2 }, { x: 3 }], items: [1, 2] };

function samples(...changes: readonly Partial<Sample>[]): RunOutcome {
  const values = changes.map((change) => {
    const bytes = new Uint8Array(sample.sizeBytes);
    expect(encodeJson(sample, { ...base, ...change }, bytes)).toEqual([]);
    return bytes;
  });
  return outcome(sample, values);
}

function differences(left: RunOutcome, right: RunOutcome, options: Partial<ComparisonOptions> = {}): unknown[] {
  const { listed } = compareOutcomes([left, right], { tolerances: exactly, ...options });
  return listed.map((difference) => JSON.parse(differenceLine(difference, ['cpu', 'cuda'])) as unknown);
}

const tolerances = (...texts: readonly string[]): Partial<ComparisonOptions> => ({
  tolerances: new Tolerances(texts.map(parseTolerance)),
});

describe('whatever the messages are', () => {
  test('a run does not differ from itself', () => {
    fc.assert(
      fc.property(arbitraryStream, fc.boolean(), ({ type, values }, isUnordered) => {
        const copies = values.map((bytes) => bytes.slice());
        const pair = [outcome(type, values), outcome(type, copies)] as const;
        const { total, compared } = compareOutcomes(pair, { tolerances: exactly, isUnordered });
        expect([total, compared.messages]).toEqual([0, values.length]);
      }),
    );
  });

  test('in another order they are equal as a multiset', () => {
    const arbitrary = arbitraryStream.chain(({ type, values }) =>
      fc.shuffledSubarray(values, { minLength: values.length }).map((shuffled) => ({ type, values, shuffled })),
    );
    fc.assert(
      fc.property(arbitrary, ({ type, values, shuffled }) => {
        const pair = [outcome(type, values), outcome(type, shuffled)] as const;
        expect(compareOutcomes(pair, { tolerances: exactly, isUnordered: true }).total).toBe(0);
      }),
    );
  });

  test('one that is missing is one difference as a multiset, and shown', () => {
    const arbitrary = arbitraryStream
      .filter(({ type, values }) => values.length > 0 && !hasBuffers(type)) // which of two equal handles is left, is open
      .chain(({ type, values }) => fc.nat(values.length - 1).map((gone) => ({ type, values, gone })));
    fc.assert(
      fc.property(arbitrary, ({ type, values, gone }) => {
        const rest = values.filter((_, index) => index !== gone);
        const pair = [outcome(type, values), outcome(type, rest)] as const;
        const { listed, total } = compareOutcomes(pair, { tolerances: exactly, isUnordered: true });
        expect(total).toBe(1);
        const [{ values: [found, none] } = { values: [undefined, undefined] }] = listed;
        expect(none).toBeNull();
        expect(JSON.stringify(found)).toBe(JSON.stringify(decodeJson(type, values[gone]!)));
      }),
    );
  });

  test('floats that are moved by less than the tolerance are equal in any order, however they are matched', () => {
    const floats = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -4, max: 4 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(floats, (pairs) => {
        const left = samples(...pairs.map(([mean]) => ({ mean: mean / 10 })));
        const right = samples(...pairs.map(([mean, by]) => ({ mean: mean / 10 + by / 100 })).reverse());
        const options = { ...tolerances('mean=absolute:0.05'), isUnordered: true };
        expect(differences(left, right, options)).toEqual([]);
      }),
    );
  });
});

describe('one changed field is found with its path', () => {
  test.each<readonly [Partial<Sample>, object]>([
    [{ id: 4 }, { at: 'a#0 out[1].id', cpu: 1, cuda: 4, absolute: 3, relative: 0.75 }],
    [{ mean: 2 }, { at: 'a#0 out[1].mean', cpu: 1.5, cuda: 2, absolute: 0.5, relative: 0.25 }],
    [{ mean: 'NaN' }, { at: 'a#0 out[1].mean', cpu: 1.5, cuda: 'NaN' }],
    [
      { points: [{ x: 1 }, { x: 4 }, { x: 3 }] },
      { at: 'a#0 out[1].points[1].x', cpu: 2, cuda: 4, absolute: 2, relative: 0.5 },
    ],
    [{ items: [1, 2, 3] }, { at: 'a#0 out[1].items.length', cpu: 2, cuda: 3 }],
  ])('%j', (change, line) => {
    expect(differences(samples({}, {}, {}), samples({}, change, {}))).toEqual([line]);
    expect(differences(samples({}, {}, {}), samples({}, {}, change), { isUnordered: true })).toHaveLength(1);
  });

  test('also where bytes are no value of the type', () => {
    const broken = samples({}).streams.get('a#0 out')!.values[0]!.slice();
    new DataView(broken.buffer).setUint32(sample.fields[3]!.offset, 99, true);
    const [line] = differences(samples({}), outcome(sample, [broken]));
    expect(line).toEqual({ at: 'a#0 out[0]', cpu: base, cuda: { invalid: expect.any(String) } });
    expect(differences(outcome(sample, [broken]), outcome(sample, [broken.slice()]))).toEqual([]);
  });
});

describe('tolerances', () => {
  test('NaN equals NaN, an infinity itself, and 0 equals -0', () => {
    expect(differences(samples({ mean: 'NaN' }), samples({ mean: 'NaN' }))).toEqual([]);
    expect(differences(samples({ mean: 'Infinity' }), samples({ mean: 'Infinity' }))).toEqual([]);
    expect(differences(samples({ mean: 0 }), samples({ mean: -0 }))).toEqual([]);
    const infinite = differences(samples({ mean: 'Infinity' }), samples({ mean: '-Infinity' }), tolerances('*=1'));
    expect(infinite).toHaveLength(1);
  });

  test.each([
    ['mean=absolute:0.5', 0],
    ['mean=absolute:0.49', 1],
    ['mean=relative:0.25', 0],
    ['mean=relative:0.24', 1],
    ['mean=0.25', 0],
    ['mean=0.24', 1],
    ['mean=absolute:0.1,relative:0.25', 0],
    ['Sample.mean=0.25', 0],
    ['app::Sample.mean=0.25', 0],
    ['*=0.25', 0],
    ['points=1', 1],
  ])('%s allows 1.5 and 2: %i differences', (text, count) => {
    expect(differences(samples({}), samples({ mean: 2 }), tolerances(text))).toHaveLength(count);
  });

  test('what names a field more exactly goes before', () => {
    const moved = samples({ mean: 2, points: [{ x: 1.5 }, { x: 2 }, { x: 3 }] });
    const at = (...texts: readonly string[]): unknown[] =>
      differences(samples({}), moved, tolerances(...texts)).map((line) => (line as { at: string }).at);
    expect(at('*=1', 'mean=0')).toEqual(['a#0 out[0].mean']);
    expect(at('*=0', 'points=1', 'Sample.points.x=0')).toEqual(['a#0 out[0].mean', 'a#0 out[0].points[0].x']);
    expect(at('points.x=1', 'mean=1')).toEqual([]);
  });

  test('integers are compared exactly', () => {
    expect(differences(samples({}), samples({ id: 2 }), tolerances('*=10'))).toHaveLength(1);
  });

  test.each([
    ['men', /UnknownField: .*Fields with floats: mean, points, points\.x\. Did you mean 'mean'\?/],
    ['Sample.points.y', /UnknownField: .*Did you mean 'Sample\.points\.x'\?/],
    ['id', /NoFloat: tolerance of 'id': that is of type uint32_t\./],
    ['items', /NoFloat: tolerance of 'items': that is of type ring::list<int16_t, 4>\./],
  ])('%s=1 is refused', (field, message) => {
    let error: unknown;
    try {
      new Tolerances([parseTolerance(`${field}=1`)]).check([sample]);
    } catch (thrown) {
      error = thrown;
    }
    expect(String(error)).toMatch(message);
  });

  test.each(['mean', '=1', 'mean=', 'mean=abc', 'mean=-1', 'mean=1,2', 'mean=absolut:1', 'mean=absolute:1,absolute:2'])(
    '%s is no tolerance',
    (text) => {
      expect(() => parseTolerance(text)).toThrow(/takes FIELD=LIMIT/);
    },
  );

  test('a field has one', () => {
    expect(() => new Tolerances([parseTolerance('a=1'), parseTolerance('a=2')])).toThrow(/two tolerances/);
  });
});

describe('buffers', () => {
  const holder = layoutStruct({
    name: 'Holder',
    fields: [{ name: 'data', type: { kind: 'buffer', element: scalar('f32') } }],
  });
  const held = (id: number, values: readonly number[]): RunOutcome => {
    const bytes = new Uint8Array(holder.sizeBytes);
    expect(encodeJson(holder, { data: { buffer: id } }, bytes)).toEqual([]);
    const contents = new Uint8Array(Float32Array.from(values).buffer);
    const buffers = new Map([[id, { element: scalar('f32'), length: values.length, bytes: contents }]]);
    return { ...outcome(holder, [bytes]), buffers };
  };
  const [one, another] = [2 ** 20 + 1, 2 ** 20 + 7];

  test('are what they hold, whatever their handles', () => {
    expect(differences(held(one, [1, 2, 3]), held(another, [1, 2, 3]))).toEqual([]);
    const many = Array.from({ length: 3000 }, (_, index) => index);
    const changed = many.map((value) => (value === 2500 ? -1 : value));
    const [line, ...others] = differences(held(one, many), held(another, changed));
    expect(line).toMatchObject({ at: 'a#0 out[0].data[2500]', cpu: 2500, cuda: -1 });
    expect(others).toEqual([]);
    expect(differences(held(one, [1]), held(one, [1.5]), tolerances('data=1'))).toEqual([]);
  });

  test('differ by their lengths, and by being there', () => {
    expect(differences(held(one, [1, 2, 3]), held(one, [1, 2]))).toEqual([
      { at: 'a#0 out[0].data.length', cpu: 3, cuda: 2 },
    ]);
    const released = { ...held(one, [1]), buffers: new Map() };
    expect(differences(held(one, [1]), released)).toEqual([
      { at: 'a#0 out[0].data', cpu: { length: 1 }, cuda: 'released' },
    ]);
  });
});

describe('the rest of a run', () => {
  test('failures, dead letters, undelivered messages, states and prints differ by what they are about', () => {
    const left: RunOutcome = {
      ...empty,
      failures: new Map([['b#0', 'trap']]),
      deadLetters: new Map([['actor-failed', 1]]),
      undelivered: new Map([['b#0 (actor failed)', 2]]),
      states: new Map([['a#0', { type: point, bytes: encoded(point, { x: 1 }) }]]),
      printed: new Map([['a#0', ['one', 'two']]]),
    };
    const right: RunOutcome = {
      ...empty,
      states: new Map([
        ['a#0', { type: point, bytes: encoded(point, { x: 2 }) }],
        ['b#0', { type: point, bytes: encoded(point, { x: 3 }) }],
      ]),
      printed: new Map([['a#0', ['one']]]),
    };
    expect(differences(left, right)).toEqual([
      { at: 'failed: b#0', cpu: 'trap', cuda: null },
      { at: 'undelivered: b#0 (actor failed)', cpu: 2, cuda: 0 },
      { at: 'dead letters: actor-failed', cpu: 1, cuda: 0 },
      { at: 'a#0 state.x', cpu: 1, cuda: 2, absolute: 1, relative: 0.5 },
      { at: 'a#0 printed[1]', cpu: 'two', cuda: null },
    ]);
  });

  test('the first differences of each field are listed, the others counted', () => {
    const many = Array.from({ length: 25 }, () => ({}));
    const pair = [samples(...many), samples(...many.map(() => ({ id: 2, mean: 2 })))] as const;
    const found = compareOutcomes(pair, { tolerances: exactly, limit: 3 });
    expect(found.listed).toHaveLength(6);
    expect(found.unlisted).toEqual([
      { at: 'a#0 out[].id', unlisted: 22 },
      { at: 'a#0 out[].mean', unlisted: 22 },
    ]);
    expect([found.total, found.fieldCount]).toEqual([50, 2]);
    const few = compareOutcomes(pair, { tolerances: exactly, limit: 3, most: 4 });
    expect(few.listed.map(({ at }) => at)).toEqual([
      'a#0 out[0].id',
      'a#0 out[0].mean',
      'a#0 out[1].id',
      'a#0 out[1].mean',
    ]);
    expect(few.unlisted.map(({ unlisted }) => unlisted)).toEqual([23, 23]);
    expect(few.total).toBe(50);
  });

  test('lines that are printed in another order are equal where order does not count', () => {
    const printed = (...lines: readonly string[]): RunOutcome => ({ ...empty, printed: new Map([['a#0', lines]]) });
    const options = { isUnordered: true };
    expect(differences(printed('a', 'b', 'b'), printed('b', 'a', 'b'), options)).toEqual([]);
    expect(differences(printed('a', 'b', 'b'), printed('b', 'a', 'a'), options)).toEqual([
      { at: 'a#0 printed[0]', cpu: 'b', cuda: 'a' },
    ]);
  });
});
