import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRuntime } from '../../main/index.ts';

test('math functions take integers and mixed arguments as <cmath> does, min and max as CUDA does', async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('math.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('math'));
  await actor.activate();
  await actor.send({ two: 2 });
  expect((await actor.receive())?.json()).toEqual({
    powers: [1024, 0.5, 4, 0.25],
    roots: [2, 2, 5],
    others: [2, 2, 1, 1, 1, 0, 6.5, 16, 0.625, -2],
    stays_float: [2, 0.25, 0.5],
    rounded: [3, -3, 2, 3],
    tests: [false, true, true, false],
  });
  expect((await actor.receive())?.json()).toEqual({
    of_int_and_unsigned: [7, 0xffff_ffff],
    of_long_longs: [7, 7],
    of_floats: [1.5, 2.5, 0.5, 0.5],
    of_longs: [3, 2],
  });
});
