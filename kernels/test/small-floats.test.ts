import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, type Actor, type StudioRuntime } from '../../main/index.ts';
import {
  add,
  bfloat16,
  compare,
  decode,
  divide,
  encode,
  exactly,
  half,
  infinityBits,
  multiply,
  NAN_BITS,
  negate,
  roundToInteger,
  squareRoot,
  type Exact,
  type FloatFormat,
} from './exact-float.fixture.ts';
import {
  doublesToNarrow,
  fromAllIntegers,
  fromIntegerFormCount,
  integerFormCount,
  integersToNarrow,
  oneBits,
  operandTriples,
  toAllIntegers,
  type Operands,
} from './small-float-cases.fixture.ts';

const everything = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
let runtime: StudioRuntime;
let actor: Actor;

beforeAll(async () => {
  runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('small_floats.cu', import.meta.url)));
  actor = await runtime.launch(program.kernel('small_floats'));
  await actor.activate();
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** The operation over all triples on the device; what differs from `expected`, ten at most. */
async function differences(
  [format, operation]: readonly [FloatFormat, string],
  triples: readonly Operands[],
  expected: (...operands: Operands) => number,
): Promise<string[]> {
  const column = (index: 0 | 1 | 2) => runtime.buffers.from(Uint16Array.from(triples, (triple) => triple[index]));
  using a = column(0);
  using b = column(1);
  using c = column(2);
  using results = runtime.buffers.allocate(Uint32Array, triples.length);
  await actor.request({ is_bfloat16: format === bfloat16, operation, a, b, c, results }, { type: 'Run' });
  const found = results.read();
  const show = (bits: number) => bits.toString(16).padStart(4, '0');
  const wrong: string[] = [];
  for (const [index, triple] of triples.entries()) {
    const want = expected(...triple) >>> 0;
    const have = found[index]!;
    if (want !== have) wrong.push(`${operation} ${triple.map(show).join(' ')}: ${show(have)}, not ${show(want)}`);
  }
  return wrong.slice(0, 10);
}

const ofNumber = (value: number): Exact | undefined => (Number.isNaN(value) ? undefined : exactly(value));
const floatBits = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

describe.each([
  ['half', half],
  ['bfloat16', bfloat16],
] as const)('%s', (_, format) => {
  const isBfloat16 = format === bfloat16;
  const read = (bits: number) => decode(format, bits);
  const write = (value: Exact | undefined): number => encode(format, value);
  const numberOf = (bits: number): number => {
    const value = read(bits);
    if (value === undefined) return Number.NaN;
    const magnitude = value.isInfinite ? Infinity : Number(value.numerator) / Number(value.denominator);
    return value.isNegative ? -magnitude : magnitude;
  };
  const sum = (a: number, b: number) => write(add(read(a), read(b)));
  const difference = (a: number, b: number) => write(add(read(a), negate(read(b))));
  const product = (a: number, b: number) => write(multiply(read(a), read(b)));
  const fused = (a: number, b: number, c: number) => write(add(multiply(read(a), read(b)), read(c)));
  /** NaN where one of them is. */
  const order = (a: number, b: number): number => {
    const [x, y] = [read(a), read(b)];
    return x === undefined || y === undefined ? Number.NaN : compare(x, y);
  };
  const isNan = (bits: number) => (bits & 0x7fff) > infinityBits(format);
  const one = oneBits(format);
  const saturated = (bits: number) => (order(bits, 0) > 0 ? (order(bits, one) > 0 ? one : bits) : 0);
  const triples = operandTriples(format, 40_000, 20_260_101);
  const alone = Array.from(everything, (bits): Operands => [bits, bits, bits]);

  test('numbers of all bits become floats and integers', async () => {
    using a = runtime.buffers.from(everything);
    using floats = runtime.buffers.allocate(Uint32Array, everything.length);
    using integers = runtime.buffers.allocate(BigInt64Array, everything.length * integerFormCount);
    await actor.request({ is_bfloat16: isBfloat16, a, floats, integers }, { type: 'Widen' });
    const [foundFloats, foundIntegers] = [floats.read(), integers.read()];
    const wrong: string[] = [];
    for (const bits of everything) {
      const float = isNan(bits) ? 0x7fff_ffff : floatBits(numberOf(bits));
      const wanted = [isBfloat16 ? (bits << 16) >>> 0 : float, ...toAllIntegers(read(bits))].join(' ');
      const place = bits * integerFormCount;
      const found = [foundFloats[bits], ...foundIntegers.slice(place, place + integerFormCount)].join(' ');
      if (found !== wanted) wrong.push(`${bits}: ${found}, not ${wanted}`);
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  test('doubles, floats and integers are rounded once, each way', async () => {
    const numbers = doublesToNarrow(format);
    const whole = integersToNarrow(format);
    using doubles = runtime.buffers.from(Float64Array.from(numbers));
    using integers = runtime.buffers.from(BigInt64Array.from(whole));
    using fromDoubles = runtime.buffers.allocate(Uint16Array, numbers.length * 6);
    using fromIntegers = runtime.buffers.allocate(Uint16Array, whole.length * fromIntegerFormCount);
    const results = { from_doubles: fromDoubles, from_integers: fromIntegers };
    await actor.request({ is_bfloat16: isBfloat16, doubles, integers, ...results }, { type: 'Narrow' });
    const wrong: string[] = [];
    const judge = (value: number | bigint, found: Uint16Array, wanted: number[]): void => {
      if (found.join() !== wanted.join()) wrong.push(`${value}: ${found.join()}, not ${wanted.join()}`);
    };
    const foundDoubles = fromDoubles.read();
    for (const [at, number] of numbers.entries()) {
      const float = ofNumber(Math.fround(number));
      const ofFloat = (['nearest', 'nearest', 'zero', 'down', 'up'] as const).map((mode) =>
        encode(format, float, mode),
      );
      judge(number, foundDoubles.slice(at * 6, at * 6 + 6), [write(ofNumber(number)), ...ofFloat]);
    }
    const foundIntegers = fromIntegers.read();
    for (const [at, integer] of whole.entries()) {
      const place = at * fromIntegerFormCount;
      judge(integer, foundIntegers.slice(place, place + fromIntegerFormCount), fromAllIntegers(format, integer));
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  test.each([
    ['add', sum],
    ['add_rn', sum],
    ['sub', difference],
    ['mul', product],
    ['div', (a: number, b: number) => write(divide(read(a), read(b)))],
    ['fma', fused],
    ['add_sat', (a: number, b: number) => saturated(sum(a, b))],
    ['sub_sat', (a: number, b: number) => saturated(difference(a, b))],
    ['mul_sat', (a: number, b: number) => saturated(product(a, b))],
    ['fma_sat', (a: number, b: number, c: number) => saturated(fused(a, b, c))],
    ['fma_relu', (a: number, b: number, c: number) => (order(fused(a, b, c), 0) <= 0 ? 0 : fused(a, b, c))],
    ['atomic_add', sum],
    ['pairs', (a: number, b: number, c: number) => product(a, b) | (product(b, c) << 16)],
    ['pairs_of_three', (a: number, b: number, c: number) => fused(a, b, c) | (fused(b, c, a) << 16)],
  ])('%s rounds once', async (operation, expected) => {
    expect(await differences([format, operation], triples, expected)).toEqual([]);
  });

  test('a complex product is four fused ones', async () => {
    const expected = (a: number, b: number, c: number) => {
      const real = fused(b ^ 0x8000, c, fused(a, b, c));
      return real | (fused(b, b, fused(a, c, a)) << 16);
    };
    expect(await differences([format, 'complex_multiply'], triples, expected)).toEqual([]);
  });

  test('minimum and maximum know signed zeros and NaN', async () => {
    const least = (a: number, b: number) => (order(a, b) < 0 || (order(a, b) === 0 && a >= 0x8000) ? a : b);
    const most = (a: number, b: number) => (least(a, b) === a && a !== b ? b : a);
    const skipping = (pick: typeof least) => (a: number, b: number) => {
      if (isNan(a) && isNan(b)) return NAN_BITS;
      return isNan(a) ? b : isNan(b) ? a : pick(a, b);
    };
    const keeping = (pick: typeof least) => (a: number, b: number) => (isNan(a) || isNan(b) ? NAN_BITS : pick(a, b));
    expect(await differences([format, 'minimum'], triples, skipping(least))).toEqual([]);
    expect(await differences([format, 'maximum'], triples, skipping(most))).toEqual([]);
    expect(await differences([format, 'minimum_nan'], triples, keeping(least))).toEqual([]);
    expect(await differences([format, 'maximum_nan'], triples, keeping(most))).toEqual([]);
  });

  test('comparisons with NaN are false, or true in their unordered forms', async () => {
    const expected = (a: number, b: number) => {
      const way = order(a, b);
      const ordered = [way === 0, way < 0 || way > 0, way < 0, way <= 0, way > 0, way >= 0];
      const unordered = ordered.map((holds) => holds || Number.isNaN(way));
      const operators = ordered.map((holds, index) => (index === 1 ? holds || Number.isNaN(way) : holds));
      return [...ordered, ...unordered, ...operators].reduce(
        (bits, holds, index) => bits | (Number(holds) << index),
        0,
      );
    };
    expect(await differences([format, 'compare'], triples, expected)).toEqual([]);
    expect(await differences([format, 'compare_pairs'], triples, () => 0)).toEqual([]);
  });

  test('signs, kinds of numbers and steps by one', async () => {
    expect(await differences([format, 'neg'], alone, (a) => a ^ 0x8000)).toEqual([]);
    expect(await differences([format, 'abs_'], alone, (a) => a & 0x7fff)).toEqual([]);
    expect(await differences([format, 'step'], alone, (a) => sum(a, one))).toEqual([]);
    const kind = (a: number) => {
      const isInfinite = (a & 0x7fff) === infinityBits(format);
      return (isInfinite ? (a >= 0x8000 ? 0 : 2) : 1) | (isNan(a) ? 4 : 0) | ((a & 0x7fff) === 0 ? 0 : 8);
    };
    expect(await differences([format, 'classify'], alone, kind)).toEqual([]);
  });

  test('roots, reciprocals and whole numbers are exact, for all bits', async () => {
    const root = (a: number) => squareRoot(read(a));
    const unit = exactly(1);
    expect(await differences([format, 'sqrt_'], alone, (a) => write(root(a)))).toEqual([]);
    expect(await differences([format, 'rsqrt_'], alone, (a) => write(divide(unit, root(a))))).toEqual([]);
    expect(await differences([format, 'rcp'], alone, (a) => write(divide(unit, read(a))))).toEqual([]);
    const whole = (mode: 'nearest' | 'down' | 'up' | 'zero') => (a: number) => write(roundToInteger(read(a), mode));
    expect(await differences([format, 'rint_'], alone, whole('nearest'))).toEqual([]);
    expect(await differences([format, 'floor_'], alone, whole('down'))).toEqual([]);
    expect(await differences([format, 'ceil_'], alone, whole('up'))).toEqual([]);
    expect(await differences([format, 'trunc_'], alone, whole('zero'))).toEqual([]);
  });

  test.each([
    ['exp_', Math.exp],
    ['exp2_', (x: number) => 2 ** x],
    ['exp10_', (x: number) => 10 ** x],
    ['log_', Math.log],
    ['log2_', Math.log2],
    ['log10_', Math.log10],
    ['sin_', Math.sin],
    ['cos_', Math.cos],
    ['tanh_', Math.tanh],
  ])('%s gives the nearest number, for all bits', async (operation, reference) => {
    const expected = (a: number) => write(ofNumber(reference(numberOf(a))));
    expect(await differences([format, operation], alone, expected)).toEqual([]);
  });
});
