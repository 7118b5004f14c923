import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRuntime } from '../../main/index.ts';

/** Computed with 60 decimal digits, from series and continued fractions; Bessel's of C from tables. */
const exactly = {
  inverses: [
    0.2253120550121781, -0.8134198475976185, 2.3267537655135246, 4.572824967389486, -0.2253120550121781,
    0.4769362762044699, 0.36840314986403866, 0.4769362762044699,
  ],
  scaled: [18.653886256262734, 0.6156903441929259, 0.17900115118138996, 0.04499209900102792],
  normal: [7.619853024160525e-24, 0.15865525393145705, 0.6914624612740131, -7.034483825301132, 1.9599639845400538],
  bessel: [
    1.0634833707413236, 4.8807925858650245, 5774560606.4663105, 1.0737517071310738e42, 0.2578943053908963,
    -3.9533702174026093, 5657865129.878701, 1.0683693903381625e42,
  ],
  bessel_of_c: [
    0.7651976865579666, 0.4400505857449335, 0.1149034849319005, 0.08825696421567698, -0.7812128213002887,
    -1.6506826068162543,
  ],
  norms: [13, 11, 1 / 13, 2e-201, 7e200, 5e-200, 1 / 7e200, Infinity],
  turns: [0, -1, 1, 0, 1, Math.SQRT1_2, 0.5, Math.sqrt(3) / 2],
  limits: [Infinity, -Infinity, -Infinity, Infinity, 0, 0.5641895835477563e-300, 0, 1024, 100, 0.25],
  floats: [0.22531206, 7.619853e-24, 1, 0.5, 1.0634834, 13, 0.1, 0.7651977],
} as const;

function isNear(found: number, wanted: number, epsilon: number): boolean {
  return found === wanted || Math.abs(found - wanted) <= 4 * epsilon * Math.abs(wanted);
}

test("CUDA's special functions are within four units of the last place", async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('special_functions.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('special_functions'));
  await actor.activate();
  const found = await actor.request<Record<string, ArrayLike<number>>>({ one: 1 });
  const wrong = Object.entries(exactly).flatMap(([name, wanted]) =>
    wanted.flatMap((value, index) => {
      const have = found[name]![index]!;
      const epsilon = name === 'floats' ? 2 ** -23 : 2 ** -52;
      return isNear(have, value, epsilon) ? [] : [`${name}[${index}]: ${have}, not ${value}`];
    }),
  );
  expect(wrong).toEqual([]);
  expect(Array.from(found['are_nan']!)).toEqual(Array(9).fill(true));
});
