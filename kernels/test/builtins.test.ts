import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRuntime } from '../../main/index.ts';

test("CUDA's built-ins do what CUDA's documentation says", async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('builtins.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('builtins'));
  await actor.activate();
  await actor.send({ value: 4 });
  const outputs: Record<string, unknown> = {};
  for (let i = 0; i < 4; i += 1) {
    const message = await actor.receive();
    if (message !== undefined) outputs[message.from.port] = message.json();
  }
  expect(outputs).toEqual({
    bits: {
      popc: 1,
      clz: 29,
      clz_of_zero: 32,
      ffs: 3,
      brev: 0x20000000,
      umulhi: 0,
      funnel_left: 16,
      funnel_right: 0x10000000,
      as_float: 1.5,
    },
    math: {
      saturated: 1,
      other_than_nan: 2,
      infinity: 'Infinity',
      half_pi: 0,
      inverse_root: 0.5,
      smaller: -3,
      larger: 4,
    },
    atomics: { olds: [5, 8, 6, 100, 9, 12, 13, 1], counted_up: 2, counted_down: 3, sum: 0.75 },
    memory: {
      shared: 4,
      of_device: 41,
      of_constant: 8,
      vector: { x: 1, y: 2, z: 3, w: 4 },
      scalar: { x: 1.5 },
      bytes: 32,
    },
  });
});
