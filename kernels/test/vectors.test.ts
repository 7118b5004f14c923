import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRuntime } from '../../main/index.ts';

test("vectors have CUDA's layout, and helper_math.h its samples' operators", async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('vectors.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('vectors'));
  await actor.activate();
  const { message } = await actor.requestJson({ two: 2 });
  expect(message).toEqual({
    sum: { x: 6, y: 7, z: 8 },
    crossed: { x: 0, y: 0, z: 1 },
    unit: { x: expect.closeTo(0.6, 6), y: 0, z: expect.closeTo(0.8, 6) },
    mirrored: { x: 1, y: 1, z: 0 },
    mixed: { x: 1.5, y: 2, z: 2.5 },
    fractions: { x: 0.25, y: 0.75 },
    stepped: { x: 0.5, y: 1 },
    scaled: { x: -1, y: -2, z: -3, w: -4 },
    clamped: { x: 1.5, y: 2, z: 3, w: 3.5 },
    integers: { x: 5, y: 5, z: 5, w: 9 },
    unsigneds: { x: 14, y: 16, z: 17 },
    converted: { x: 2, y: 2, z: 3 },
    dots: [12, 5, 14],
    complex: [
      { x: 3, y: 6 },
      { x: -6, y: 8 },
      { x: 0.5, y: 0 },
      { x: -1, y: 2 },
      { x: -5, y: 10 },
    ],
    complex_size: 5,
  });
});
