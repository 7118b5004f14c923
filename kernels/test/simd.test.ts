import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seededRandom } from '../../app/base/seeded-random.ts';
import { createRuntime } from '../../main/index.ts';

type Words = readonly [a: number, b: number, c: number];
type Form = readonly [name: string, compute: (...words: Words) => number];

interface Lanes {
  readonly bits: number;
  readonly isSigned: boolean;
}

function split(word: number, { bits, isSigned }: Lanes): number[] {
  return Array.from({ length: 32 / bits }, (_, index) => {
    const lane = Math.floor((word >>> 0) / 2 ** (bits * index)) % 2 ** bits;
    return isSigned && lane >= 2 ** (bits - 1) ? lane - 2 ** bits : lane;
  });
}
function join(lanes: readonly number[]): number {
  const bits = 32 / lanes.length;
  return lanes.reduce((word, lane, index) => (word | ((lane & (2 ** bits - 1)) << (bits * index))) >>> 0, 0);
}
function saturate(value: number, { bits, isSigned }: Lanes): number {
  const most = isSigned ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return Math.min(Math.max(value, isSigned ? -most - 1 : 0), most);
}

/** The form for halfwords and the one for bytes. */
function both(name: string, isSigned: boolean, compute: (x: number, y: number, lanes: Lanes) => number): Form[] {
  return [16, 8].map((bits): Form => {
    const lanes = { bits, isSigned };
    const each = (a: number, b: number): number => {
      const second = split(b, lanes);
      return join(split(a, lanes).map((x, index) => compute(x, second[index]!, lanes)));
    };
    return [`${name}${bits === 16 ? 2 : 4}`, each];
  });
}
function distances(name: string, isSigned: boolean): Form[] {
  return [16, 8].map((bits): Form => {
    const lanes = { bits, isSigned };
    const sum = (a: number, b: number): number => {
      const second = split(b, lanes);
      return split(a, lanes).reduce((total, x, index) => total + Math.abs(x - second[index]!), 0);
    };
    return [`${name}${bits === 16 ? 2 : 4}`, sum];
  });
}
function comparison(name: string, isSigned: boolean, holds: (x: number, y: number) => boolean): Form[] {
  return [
    ...both(`__vcmp${name}`, isSigned, (x, y) => (holds(x, y) ? -1 : 0)),
    ...both(`__vset${name}`, isSigned, (x, y) => (holds(x, y) ? 1 : 0)),
  ];
}

const s16 = { bits: 16, isSigned: true };
const u16 = { bits: 16, isSigned: false };
const s32 = (word: number): number => word | 0;
const byHalves =
  (lanes: Lanes, compute: (x: number, y: number, z: number) => number): Form[1] =>
  (a, b, c) => {
    const [second, third] = [split(b, lanes), split(c, lanes)];
    return join(split(a, lanes).map((x, index) => compute(x, second[index]!, third[index]!)));
  };
/** A sum that wraps in its lane. */
const wrap = (value: number, lanes: Lanes): number => split(join([value, 0]), lanes)[0]!;

const forms: readonly Form[] = [
  ...both('__vabs', true, (x) => Math.abs(x)),
  ...both('__vabsss', true, (x, _, lanes) => saturate(Math.abs(x), lanes)),
  ...both('__vneg', true, (x) => -x),
  ...both('__vnegss', true, (x, _, lanes) => saturate(-x, lanes)),
  ...both('__vadd', false, (x, y) => x + y),
  ...both('__vaddss', true, (x, y, lanes) => saturate(x + y, lanes)),
  ...both('__vaddus', false, (x, y, lanes) => saturate(x + y, lanes)),
  ...both('__vsub', false, (x, y) => x - y),
  ...both('__vsubss', true, (x, y, lanes) => saturate(x - y, lanes)),
  ...both('__vsubus', false, (x, y, lanes) => saturate(x - y, lanes)),
  ...both('__vabsdiffs', true, (x, y) => Math.abs(x - y)),
  ...both('__vabsdiffu', false, (x, y) => Math.abs(x - y)),
  // Halves away from zero.
  ...both('__vavgs', true, (x, y) => Math.sign(x + y) * Math.floor((Math.abs(x + y) + 1) / 2)),
  ...both('__vavgu', false, (x, y) => Math.floor((x + y + 1) / 2)),
  ...both('__vhaddu', false, (x, y) => Math.floor((x + y) / 2)),
  ...both('__vmaxs', true, (x, y) => Math.max(x, y)),
  ...both('__vmaxu', false, (x, y) => Math.max(x, y)),
  ...both('__vmins', true, (x, y) => Math.min(x, y)),
  ...both('__vminu', false, (x, y) => Math.min(x, y)),
  ...distances('__vsads', true),
  ...distances('__vsadu', false),
  ...comparison('eq', false, (x, y) => x === y),
  ...comparison('ne', false, (x, y) => x !== y),
  ...comparison('ges', true, (x, y) => x >= y),
  ...comparison('geu', false, (x, y) => x >= y),
  ...comparison('gts', true, (x, y) => x > y),
  ...comparison('gtu', false, (x, y) => x > y),
  ...comparison('les', true, (x, y) => x <= y),
  ...comparison('leu', false, (x, y) => x <= y),
  ...comparison('lts', true, (x, y) => x < y),
  ...comparison('ltu', false, (x, y) => x < y),
  ['__vimax_s16x2_relu', byHalves(s16, (x, y) => Math.max(x, y, 0))],
  ['__vimin_s16x2_relu', byHalves(s16, (x, y) => Math.max(Math.min(x, y), 0))],
  ['__vimax3_s16x2', byHalves(s16, Math.max)],
  ['__vimin3_u16x2', byHalves(u16, Math.min)],
  ['__vimax3_s16x2_relu', byHalves(s16, (x, y, z) => Math.max(x, y, z, 0))],
  ['__viaddmax_s16x2', byHalves(s16, (x, y, z) => Math.max(wrap(x + y, s16), z))],
  ['__viaddmin_u16x2', byHalves(u16, (x, y, z) => Math.min(wrap(x + y, u16), z))],
  ['__viaddmin_s16x2_relu', byHalves(s16, (x, y, z) => Math.max(Math.min(wrap(x + y, s16), z), 0))],
  ['__vimax_s32_relu', (a, b) => Math.max(s32(a), s32(b), 0)],
  ['__vimin_s32_relu', (a, b) => Math.max(Math.min(s32(a), s32(b)), 0)],
  ['__vimax3_s32', (a, b, c) => Math.max(s32(a), s32(b), s32(c))],
  ['__vimin3_s32_relu', (a, b, c) => Math.max(Math.min(s32(a), s32(b), s32(c)), 0)],
  ['__vimax3_u32', (a, b, c) => Math.max(a, b, c)],
  ['__vimin3_u32', (a, b, c) => Math.min(a, b, c)],
  ['__viaddmax_s32', (a, b, c) => Math.max(s32(a + b), s32(c))],
  ['__viaddmin_s32_relu', (a, b, c) => Math.max(Math.min(s32(a + b), s32(c)), 0)],
  ['__viaddmax_u32', (a, b, c) => Math.max((a + b) >>> 0, c)],
  ['__viaddmin_u32', (a, b, c) => Math.min((a + b) >>> 0, c)],
  ['the predicates of __vibmax and __vibmin', predicates],
  ['__nv_bswap32', (a) => join(split(a, { bits: 8, isSigned: false }).reverse())],
  ['__nv_bswap16', (a) => ((a & 0xff) << 8) | ((a >>> 8) & 0xff)],
  ['__fns', (a, b, c) => findNthSet(a, b % 32, (c % 9) - 4)],
];

function predicates(a: number, b: number): number {
  const lanesOf = (lanes: Lanes, holds: (x: number, y: number) => boolean): boolean[] => {
    const second = split(b, lanes);
    return split(a, lanes)
      .map((x, index) => holds(x, second[index]!))
      .reverse();
  };
  const most = (x: number, y: number): boolean => x >= y;
  const least = (x: number, y: number): boolean => x <= y;
  const words = [most(s32(a), s32(b)), least(s32(a), s32(b)), most(a, b), least(a, b)];
  const halves = [...lanesOf(s16, most), ...lanesOf(s16, least), ...lanesOf(u16, most), ...lanesOf(u16, least)];
  return [...words, ...halves].reduce((bits, holds, index) => bits | (Number(holds) << index), 0);
}

function findNthSet(mask: number, base: number, offset: number): number {
  const isSet = (at: number): boolean => ((mask >>> at) & 1) === 1;
  if (offset === 0) return isSet(base) ? base : 0xffff_ffff;
  const places = Array.from({ length: 32 }, (_, at) => at).filter(isSet);
  const found = offset > 0 ? places.filter((at) => at >= base) : places.filter((at) => at <= base).reverse();
  return found[Math.abs(offset) - 1] ?? 0xffff_ffff;
}

test('halfwords and bytes of a word are computed apart, wrapping or saturating', async () => {
  const random = seededRandom(20_260_102);
  const edges = [0, 1, 0x7f80_8001, 0x8000_7fff, 0xffff_ffff, 0x8080_8080, 0x7f7f_7f7f, 0x0100_ff00, 0x8000_0000];
  const pick = (): number =>
    random.next() < 0.3 ? edges[Math.floor(random.next() * edges.length)]! : Math.floor(random.next() * 2 ** 32);
  const triples = Array.from({ length: 3_000 }, (): Words => {
    const a = pick();
    // Half of the lanes alike, so that equality is met too.
    return [a, random.next() < 0.3 ? ((a & 0xffff_0000) | (pick() & 0xffff)) >>> 0 : pick(), pick()];
  });
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('simd.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('simd'));
  await actor.activate();
  const column = (index: 0 | 1 | 2) => runtime.buffers.from(Uint32Array.from(triples, (words) => words[index]));
  using a = column(0);
  using b = column(1);
  using c = column(2);
  using results = runtime.buffers.allocate(Uint32Array, triples.length * forms.length);
  expect(await actor.request({ a, b, c, results })).toEqual({ count: triples.length * forms.length });
  const found = results.read();
  const wrong = triples.flatMap((words, at) =>
    forms.flatMap(([name, compute], index) => {
      const have = found[at * forms.length + index]!;
      const want = compute(...words) >>> 0;
      return want === have
        ? []
        : [
            `${name} of ${words.map((word) => word.toString(16)).join(', ')}: ${have.toString(16)}, not ${want.toString(16)}`,
          ];
    }),
  );
  expect(wrong.slice(0, 10)).toEqual([]);
});
