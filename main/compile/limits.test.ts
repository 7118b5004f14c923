import { afterAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../app/base/studio-error.ts';
import { CompilerFixture, lineOf, prelude, summary } from './compiler.fixture.ts';
import { formatSize, limits } from './limits.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const mib = 1024 * 1024;

/** One kernel, whose handler begins with `body`. */
function program(declarations: string, body = ''): string {
  return `${prelude}${declarations}
struct M { int x; };
RING_KERNEL(k);
RING_ON(k, M) {
${body}
}
`;
}

async function theProblem(source: string): Promise<Problem> {
  const problems = await fixture.problems(source);
  expect(problems.map(summary)).toHaveLength(1);
  return problems[0]!;
}

// Compiles of megabytes: seconds on a machine that has nothing else to do.
describe('static memory', { timeout: 240_000 }, () => {
  test('more __shared__ memory than CUDA has is refused with its size, at its line', async () => {
    for (const [sizeBytes, size] of [
      [limits.shared + 1, '48.1 KiB'],
      [4 * mib, '4 MiB'],
      [48 * mib, '48 MiB'],
    ] as const) {
      const source = program(
        '',
        `__shared__ char b[${sizeBytes}]; // shared\nb[msg.x] = 1; ctx.reply(M{b[msg.x + 1]});`,
      );
      const problem = await theProblem(source);
      expect(problem).toMatchObject({
        code: 'shared-too-large',
        location: { file: 'main.cu', line: lineOf(source, 'shared') },
        message: `the __shared__ variables take ${size}, and there are 48 KiB, as in CUDA`,
      });
    }
  });

  test('exactly 48 KiB are accepted', async () => {
    const image = await fixture.image(
      program('', `__shared__ char b[${limits.shared}]; b[msg.x] = 1; ctx.reply(M{b[msg.x + 1]});`),
    );
    expect(image.sharedData.sizeBytes).toBeGreaterThanOrEqual(limits.shared);
  });

  test('several __shared__ variables that are too much together are all shown', async () => {
    const use = (name: string): string =>
      `__shared__ char ${name}[30000];\n${name}[msg.x] = 1; ctx.reply(M{${name}[0]});`;
    const problem = await theProblem(program('', `${use('a')}\n${use('b')}`));
    expect(problem).toMatchObject({
      code: 'shared-too-large',
      location: { line: 6 },
      notes: [{ location: { line: 8 } }],
    });
  });

  test('a __device__ array of the limit compiles, from the cache too', async () => {
    const source = program(`__device__ int b[${limits.static / 4}];`, 'b[msg.x] = 1; ctx.reply(M{b[msg.x + 1]});');
    const image = await fixture.image(source);
    expect(image.staticData.sizeBytes).toBeGreaterThanOrEqual(limits.static);
    expect(image.wasm.length).toBeLessThan(100_000);
    expect(await fixture.image(source)).toEqual(image);
  });

  test('a larger one is refused with its size, at its line', async () => {
    const problem = await theProblem(
      program(
        `namespace app {\nstruct Cell { float a[64]; };\n__device__ Cell cells[1024][1024]; }`,
        'app::cells[0][0].a[0] = 1;',
      ),
    );
    expect(problem).toMatchObject({ code: 'static-data-too-large', location: { file: 'main.cu', line: 4 } });
    expect(problem.message).toBe("'cells' takes 256 MiB, and the static data of a program at most 64 MiB");
  });

  test('static locals are refused, whether they can be written out or not', async () => {
    for (const size of ['(72u << 20)', '(256u << 20)', '(1u << 30)', '(1u << 31) - 8']) {
      const problem = await theProblem(
        program('', `static char b[${size}];\nb[msg.x] = 1; ctx.reply(M{b[msg.x + 1]});`),
      );
      expect(problem).toMatchObject({ code: 'static-data-too-large', location: { file: 'main.cu', line: 6 } });
      expect(problem.message).toMatch(size === '(72u << 20)' ? /takes 72 MiB/ : /may take at most 64 MiB/);
    }
  });
});

describe('messages and states', () => {
  test('a message of the limit is accepted, one byte more is refused at its use', async () => {
    await fixture.image(program(`struct Big { uint8_t a[${limits.message}]; };\nRING_KERNEL(b);\nRING_ON(b, Big) {}`));
    const source = `${prelude}
struct Big { uint8_t a[${limits.message + 1}]; };
RING_KERNEL(k);
RING_OUTPUT(k, out, Big); // output
RING_ON(k, Big) {} // handler
`;
    const problems = await fixture.problems(source);
    expect(problems.map(summary)).toEqual([
      `main.cu:${lineOf(source, 'output')} message-too-large`,
      `main.cu:${lineOf(source, 'handler')} message-too-large`,
    ]);
    expect(problems[1]?.message).toBe("a message of 'k' takes 1.1 MiB, and a message at most 1 MiB");
  });

  test('what is too large cannot be replied either, a state least of all', async () => {
    const source = `${prelude}
struct Big { uint8_t a[2000000]; };
struct State { uint8_t a[3000000]; };
struct M { int x; };
RING_KERNEL(k, State);
RING_ON(k, M) {
  ctx.reply(Big{}); // big
  ctx.reply(state); // state
}
`;
    const problems = await fixture.problems(source);
    expect(problems.map(summary)).toEqual([
      `main.cu:${lineOf(source, 'big')} not-a-message`,
      `main.cu:${lineOf(source, 'state')} not-a-message`,
    ]);
    expect(problems[1]?.message).toBe('this cannot be sent: it takes 2.9 MiB, and a message at most 1 MiB');
  });

  test('a large state begins as its initializers say', async () => {
    const image = await fixture.image(`${prelude}
struct State { uint32_t a[4000000] = {3}; int b = 5; };
struct M { int x; };
RING_KERNEL(k, State);
RING_ON(k, M) { state.a[msg.x] = 1; ctx.reply(M{state.b}); }
`);
    const [kernel] = image.info.kernels;
    const state = image.info.structs.findIndex(({ name }) => name === 'State');
    expect([...image.defaults[state]!.subarray(0, 8)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
    expect(kernel?.state?.fields.map((field) => field.default)).toEqual([undefined, 5]);
  });

  test('a state beyond the limit is refused', async () => {
    const problem = await theProblem(`${prelude}
struct State { uint8_t a[${limits.state + 1}]; };
struct M { int x; };
RING_KERNEL(k, State); // state
RING_ON(k, M) {}
`);
    expect(problem).toMatchObject({ code: 'state-too-large', location: { line: 5 } });
  });
});

test('sizes are never rounded down', () => {
  expect([1023, 1024, 1025, limits.shared, limits.static, limits.static + 1].map(formatSize)).toEqual([
    '1023 bytes',
    '1 KiB',
    '1.1 KiB',
    '48 KiB',
    '64 MiB',
    '64.1 MiB',
  ]);
});
