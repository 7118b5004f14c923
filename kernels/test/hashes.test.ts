import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fnv1a32, hashName } from '../../app/base/fnv1a.ts';
import { isWellFormed } from '../../app/model/codec/utf8.ts';
import { createRuntime } from '../../main/index.ts';

test('host and device hash the same bytes to the same values', async () => {
  await using runtime = await createRuntime();
  const program = await runtime.compile(fileURLToPath(new URL('hashes.cu', import.meta.url)));
  const actor = await runtime.launch(program.kernel('hashes'));
  await actor.activate();
  const texts = fc.string({ unit: 'binary', maxLength: 25 }).filter(isWellFormed);
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const { key, name } = await actor.request<{ key: number; name: number | bigint }>({ text });
      expect([key, BigInt(name)]).toEqual([fnv1a32(new TextEncoder().encode(text)), hashName(text)]);
    }),
    { numRuns: 300 },
  );
});

test('the hashes are the published ones', () => {
  expect(fnv1a32(new TextEncoder().encode('foobar'))).toBe(0xbf9cf968);
  expect(hashName('foobar')).toBe(0x85944171f73967e8n);
});
