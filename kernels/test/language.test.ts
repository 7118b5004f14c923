import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRuntime } from '../../main/index.ts';

test('qualifiers, hints and clocks', async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('language.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('language'));
  await actor.activate();
  const found = await actor.request<Record<string, number | bigint | boolean>>({ three: 3 }, { type: 'Ask' });
  expect(found).toMatchObject({ total: 3 + 6, arch: 800, from_grid_constant: 4, loaded: 10, is_device_code: true });
  expect(Number(found['waited'])).toBeGreaterThanOrEqual(199_000);
  // CUDA sleeps at most a millisecond at a time; what comes on top is another thread's turn.
  expect(Number(found['waited_at_most'])).toBeGreaterThanOrEqual(999_000);
  expect(Number(found['waited_at_most'])).toBeLessThan(1_000_000_000);
  expect(Number(found['ticked'])).toBeGreaterThanOrEqual(500);
});

test('a breakpoint without a debugger ends the actor', async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('language.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('language'));
  await actor.activate();
  await expect(actor.request({}, { type: 'Break' })).rejects.toMatchObject({ code: 'ActorFailed' });
});
