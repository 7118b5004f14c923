import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRuntime } from '../../main/index.ts';

test('atomics return what was there, for each type and scope of CUDA', async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('atomics.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('atomics'));
  await actor.activate();
  await actor.send({ three: 3 });
  const outputs: Record<string, unknown> = {};
  for (let i = 0; i < 5; i += 1) {
    const message = await actor.receive();
    if (message !== undefined) outputs[message.from.port] = message.json();
  }
  const rest = [0, 0];
  expect(outputs).toEqual({
    signed_words: { olds: [5, 8, 11, 6, -1, 9, 8, 11, 10, 10, ...rest], last: 20 },
    // The minimum with the largest unsigned number changes nothing.
    unsigned_words: { olds: [5, 8, 11, 6, 6, 9, 8, 11, 10, 10, ...rest], last: 20 },
    unsigned_longs: { olds: [5, 8, 11, 6, 6, 9, 8, 11, 10, 10, ...rest], last: 20 },
    signed_longs: { olds: [6, -3, 9, 8, 11, 0, 0, 0, 0, 0, ...rest], last: -12 },
    others: {
      olds: [0 + 1.5 + 1.75, 8, 0.1, 0.1 + 0.2, 7, 9, 26.5, 53, 2, 4, ...rest],
      counts: [3, 4, 0, 1, 0, 4, 3, 2],
    },
  });
});
