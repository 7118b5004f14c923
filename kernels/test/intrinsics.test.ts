import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRuntime } from '../../main/index.ts';

/** The float next to the one nearest to `value`, `steps` upwards in magnitude. */
function float(value: number, steps = 0): number {
  const words = new Uint32Array(Float32Array.of(value).buffer);
  words[0]! += steps;
  return new Float32Array(words.buffer)[0]!;
}

/** Floats read back from their shortest decimals. */
function exact(json: Record<string, unknown>): Record<string, unknown> {
  const toFloats = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map((entry) => (typeof entry === 'number' ? float(entry) : (entry as unknown)))
      : value;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, key === 'to_double' ? value : toFloats(value)]),
  );
}

test("intrinsics give the values of CUDA's documentation", async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('intrinsics.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('intrinsics'));
  await actor.activate();
  await actor.send({ one: 1 });
  const receive = async () => (await actor.receive())?.json() as Record<string, unknown>;
  expect(await receive()).toEqual({
    permuted: [0x77553311, 0x00112233, 0x77665544, 0x33221100],
    products: [-0x00ff_fffe, -3, 0],
    differences: [22, 0, 0xffff_fffc],
    dots: [15, 127 * 2 - 128 * 127 - 2, 5 - 12 + 21 - 32 + 1, 3 * 7 + 2 * 6 + 1, 3 * 5 + 2 * 4 + 1, 900],
    unsigned_dots: [255 * 2 + 128 * 127 + 127 * 2, 15],
    averages: [2 ** 31 - 2, -2, -1, -2],
    shifts: [1, 2, 2, 2],
    high: -1,
  });
  const tenth = float(0.1);
  const root = float(Math.SQRT2);
  expect(exact(await receive())).toEqual({
    sums: [1, 1, float(1, 1), float(1, -1)],
    zeros: ['-Infinity', 'Infinity'],
    products: [float(tenth * tenth), float(0.01, 0), float(0.01, 1), -float(0.01)],
    quotients: [float(1 / 3), float(1 / 3, -1), float(1 / 3), float(1 / 3, -1)],
    roots: [root, root, float(root, 1), float(Math.SQRT1_2)],
    fused: [1, float(1, -1), float(1, 1), -float(1, -1)],
    overflows: ['Infinity', float(3.4028234663852886e38), -float(3.4028234663852886e38), -float(3.4028234663852886e38)],
    from_int: [2 ** 24, 2 ** 24 + 2, 2 ** 32 - 256, -(2 ** 24 + 2)],
    from_long_long: [2 ** 63 - 2 ** 39, 2 ** 63 - 2 ** 39, 2 ** 63 + 2 ** 40, -(2 ** 63)],
    to_double: [2 ** 53, 2 ** 53 + 2, 2 ** 64 - 2048, -1],
    from_double: [tenth, float(tenth, -1), tenth, float(3.4028234663852886e38)],
  });
  expect(await receive()).toEqual({
    ints: [2, -2, 3, -3, 4, 2 ** 31 - 1, -(2 ** 31), 0],
    unsigneds: [0, 0, 4_294_967_040, 2 ** 32 - 1, 2 ** 32 - 1, 0],
    long_longs: [(-(2n ** 62n)).toString(), (2n ** 63n - 1n).toString(), -1, (-(2n ** 63n)).toString()],
    unsigned_long_longs: [1, 0, (2n ** 63n).toString(), (2n ** 64n - 1n).toString()],
    from_double: [-2, 1, 2 ** 31 - 1, -(2 ** 31)],
    halves: [0x3ff8_0000, 0x9999_999a | 0],
    joined: 1.5,
  });
  expect(await receive()).toEqual({
    pi: 3.1415927,
    infinity: 'Infinity',
    epsilon: 1.1920929e-7,
    tau: 2 * Math.PI,
    largest: Number.MAX_VALUE,
    digits: 4,
    lowest: (-(2n ** 63n)).toString(),
  });
});
