import { afterAll, describe, expect, test } from 'vitest';
import { CompilerFixture, prelude } from './compiler.fixture.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

describe('what code is compiled for', () => {
  const threads = async (declarations: string): Promise<string> => {
    const { info } = await fixture.image(`${prelude}
struct A { int x; };
RING_KERNEL(k);
RING_ON(k, A) {}
${declarations}
`);
    return info.threads;
  };

  test('is one thread where nothing says more', async () => {
    expect(await threads('')).toBe('one');
    expect(await threads('RING_BLOCK(k, ring::any);')).toBe('one');
    expect(await threads('// __global__ void k();\n')).toBe('one');
  });

  test('is many threads where one kernel of the file has them', async () => {
    expect(await threads('RING_BLOCK(k, 2);')).toBe('many');
    expect(await threads('RING_BLOCK(k, ring::any);\nRING_GRID(k, 8);')).toBe('many');
    expect(await threads('RING_KERNEL(other);\nRING_BLOCK(other, 1, 1, 64);\nRING_ON(other, A) {}')).toBe('many');
    expect(await threads('#if 0\n__global__ void add(float* a);\n#endif')).toBe('many');
  });
});
