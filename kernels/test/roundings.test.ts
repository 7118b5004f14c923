import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../app/base/seeded-random.ts';
import { createRuntime, type Actor, type StudioRuntime } from '../../main/index.ts';
import {
  add,
  divide,
  double,
  encodeWide,
  exactly,
  float,
  isZero,
  multiply,
  negate,
  squareRoot,
  type Exact,
  type Rounding,
} from './exact-float.fixture.ts';

type Value = Exact | undefined;
type Numbers = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

let runtime: StudioRuntime;
let actor: Actor;

beforeAll(async () => {
  runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('roundings.cu', import.meta.url)));
  actor = await runtime.launch(program.kernel('roundings'));
  await actor.activate();
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** Numbers whose kinds and exponents meet: 1, 2 and its neighbours, the smallest, the largest, and random ones. */
function drawNumbers(isDouble: boolean, count: number, seed: number): number[] {
  const random = seededRandom(seed);
  const [tiny, huge, step, range] = isDouble
    ? [5e-324, Number.MAX_VALUE, 2 ** -52, 1074]
    : [2 ** -149, (2 - 2 ** -23) * 2 ** 127, 2 ** -23, 149];
  const edges = [0, tiny, 3 * tiny, huge, huge / 2, 1, 1 + step, 1 - step / 2, 1.5, 3, Infinity, Number.NaN];
  const sign = () => (random.next() < 0.5 ? -1 : 1);
  return Array.from({ length: count }, () => {
    const kind = random.next();
    if (kind < 0.3) return sign() * edges[Math.floor(random.next() * edges.length)]!;
    const spread = kind < 0.8 ? 60 : 2 * range - 60;
    const exponent = Math.floor((random.next() - 0.5) * spread);
    const value = (1 + random.next()) * 2 ** exponent;
    return sign() * (isDouble ? value : Math.fround(value));
  });
}

const read = (value: number): Value => (Number.isNaN(value) ? undefined : exactly(value));
const operations: Readonly<Record<string, (a: Value, b: Value, c: Value) => Value>> = {
  add,
  sub: (a, b) => add(a, negate(b)),
  mul: multiply,
  div: divide,
  rcp: (a) => divide(exactly(1), a),
  root: squareRoot,
  fma: (a, b, c) => add(multiply(a, b), c),
};
const sums = ['add', 'sub', 'fma'];

/** Both parts of a sum, whose signs decide that of an exact zero in rounding down. */
function termsOf(operation: string, [a, b, c]: readonly [Value, Value, Value]): readonly [Value, Value] {
  if (operation === 'fma') return [multiply(a, b), c];
  return [a, operation === 'sub' ? negate(b) : b];
}

function expected(operation: string, operands: readonly [Value, Value, Value], rounding: Rounding): Value {
  const result = operations[operation]!(...operands);
  if (rounding !== 'down' || result === undefined || !isZero(result) || !sums.includes(operation)) return result;
  const [x, y] = termsOf(operation, operands);
  return { ...result, isNegative: x?.isNegative === true || y?.isNegative === true };
}

describe.each([
  ['double', true, double],
  ['float', false, float],
] as const)('%s', (_, isDouble, format) => {
  const make = (values: number[]): Numbers => (isDouble ? Float64Array.from(values) : Float32Array.from(values));
  const bitsOf = (value: number): bigint =>
    isDouble
      ? new BigUint64Array(Float64Array.of(value).buffer)[0]!
      : BigInt(new Uint32Array(Float32Array.of(value).buffer)[0]!);

  test.each(Object.keys(operations))('%s is rounded once, in each of the four ways', async (operation) => {
    const count = 12_000;
    const columns = [1, 2, 3].map((seed) => drawNumbers(isDouble, count, 7 * seed));
    // Every third addend is near the negative product, and every other second operand near the first.
    columns[0]!.forEach((a, at) => {
      if (at % 2 === 0) columns[1]![at] = make([a * (1 + Math.floor((at / 2) % 5) * 2 ** -20)])[0]!;
      if (at % 3 === 0) columns[2]![at] = make([-a * columns[1]![at]! * (1 + (at % 7) * 2 ** -23)])[0]!;
    });
    using a = runtime.buffers.from(make(columns[0]!));
    using b = runtime.buffers.from(make(columns[1]!));
    using c = runtime.buffers.from(make(columns[2]!));
    using results = runtime.buffers.allocate(isDouble ? 'f64' : 'f32', count * 4);
    await actor.request({ operation, a, b, c, results }, { type: isDouble ? 'Doubles' : 'Floats' });
    const found = results.read() as unknown as ArrayLike<number>;
    const wrong: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const numbers = columns.map((column) => column[at]!);
      const operands = numbers.map(read) as [Value, Value, Value];
      (['nearest', 'down', 'up', 'zero'] as const).forEach((mode, place) => {
        const value = expected(operation, operands, mode);
        const have = found[4 * at + place]!;
        const isRight = value === undefined ? Number.isNaN(have) : encodeWide(format, value, mode) === bitsOf(have);
        if (!isRight) wrong.push(`${operation} ${mode} of ${numbers.join(', ')}: ${have}`);
      });
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});
