import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { encodeBundle } from '../../compile/bundle/bundle.ts';
import { checkSamples } from './check-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'ring-samples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('samples are precompiled, or not, or the file is damaged, and it is said', async () => {
  const path = join(folder, 'samples.ringbundle');
  expect(await checkSamples(path)).toMatchObject({
    status: 'absent',
    detail: expect.stringContaining('NVRTC') as string,
  });
  const code = {
    kind: 'ptx',
    architecture: 'compute_75',
    image: new Uint8Array(9),
    functions: [],
    symbols: [],
  } as const;
  const program = { file: 'a.cu', key: 'a'.repeat(64), warnings: [] };
  const codes = [code, { ...code, architecture: 'compute_90' }];
  const bytes = await encodeBundle({ kind: 'nvrtc', version: 12_040 }, [{ ...program, codes }]);
  writeFileSync(path, bytes);
  expect(await checkSamples(path)).toEqual({
    name: 'samples',
    status: 'ok',
    detail: 'precompiled by NVRTC 12.4 for compute_75, compute_90: they run on a GPU without NVRTC',
  });
  writeFileSync(path, bytes.subarray(1));
  expect(await checkSamples(path)).toMatchObject({ status: 'warning' });
});
