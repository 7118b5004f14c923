import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceTree } from '../sources/source-tree.ts';
import { nvrtcProblems, type ProblemContext } from './nvrtc-problems.ts';

const main = `#include <ring_kernel.cuh>
struct Sample { int x; };
RING_KERNEL(k);
RING_ON(k, Sample) {
  ctx.emit(out, msg);
}
__global__ void f();
int main() { f<<<1, 1>>>(); }
`;
const tree: SourceTree = {
  projectDir: '/p',
  main: 'main.cu',
  files: new Map([['main.cu', { path: 'main.cu', text: main }]]),
  includesRingKernel: true,
  outsideIncludes: [],
};
const unit = {
  name: 'ring_unit.cu',
  text: '#include "project/main.cu"\nRING_PROVE_STRUCT(::Sample, 4, 4)\nRING_ENTRY_BEGIN(k)\nRING_ENTRY_HANDLER(k, ::Sample, 0x1u)\n',
};
const context: ProblemContext = {
  tree,
  unit,
  nvrtcVersion: 12_040,
  toolkit: { headers: undefined, unfit: [{ folder: '/cuda/include', version: 13_000 }] },
};
const at = (file: string, line: number, column = 1) => ({ file, line, column });

function problems(diagnostic: Partial<Diagnostic>) {
  const whole = { severity: 'error' as const, message: 'wrong', place: undefined, notes: [], ...diagnostic };
  return nvrtcProblems([whole], context);
}

describe('where a problem is told', () => {
  test('an error in a header of ours lies where the user’s code led there', () => {
    const notes = [
      { message: 'in instantiation of "a"', place: at('ring_context.cuh', 40) },
      { message: 'in instantiation of "b"', place: at('project/main.cu', 5) },
    ];
    expect(problems({ place: at('ring_types.cuh', 9, 3), notes })).toEqual([
      {
        severity: 'error',
        code: 'compile-error',
        message: 'wrong',
        location: { file: 'main.cu', line: 5 },
        notes: [{ message: 'at line 9 of ring_types.cuh' }],
      },
    ]);
  });

  test.each([
    [2, 2],
    [3, 3],
    [4, 4],
  ])('line %i of the generated unit is the declaration that it speaks of, line %i', (line, expected) => {
    expect(problems({ place: at('ring_unit.cu', line) })[0]?.location).toEqual({ file: 'main.cu', line: expected });
  });

  test('what lies nowhere lies at the beginning of the program', () => {
    const anywhere = [undefined, at('__nv_name_map', 2), at('ring_unit.cu', 99), at('ring_block.h', 3)];
    for (const place of anywhere) expect(problems({ place })[0]?.location).toEqual({ file: 'main.cu', line: 1 });
  });

  test('warnings in our own headers are nobody’s', () => {
    expect(problems({ severity: 'warning', place: at('ring_block.h', 3) })).toEqual([]);
    expect(problems({ severity: 'warning', place: at('project/main.cu', 3) })).toHaveLength(1);
  });
});

describe('what a problem says', () => {
  test('code for the host is told once for each function', () => {
    expect(problems({ place: at('project/main.cu', 8) })).toMatchObject([
      { code: 'host-code', location: { file: 'main.cu', line: 8 } },
    ]);
  });

  test('headers of another toolkit are no headers for this NVRTC', () => {
    const [found] = problems({
      message: 'cannot open source file "cuda_bf16.h"',
      place: at('project/main.cu', 1, 20),
    });
    expect(found).toMatchObject({ code: 'needs-cuda-headers', location: { file: 'main.cu', line: 1, column: 20 } });
    expect(found?.message).toContain('/cuda/include are of CUDA 13.0, and NVRTC is of 12.4');
    expect(found?.tip).toContain('pip install nvidia-cuda-runtime-cu12');
  });

  test('any other header is just not there', () => {
    const [found] = problems({ message: 'cannot open source file "mine.h"', place: at('project/main.cu', 1) });
    expect(found).toMatchObject({ code: 'include-not-found', message: "'mine.h' file not found" });
  });

  test('an assertion says its text', () => {
    const message = 'static assertion failed with "RING_GRID(k): too large"';
    expect(problems({ message, place: at('ring_unit.cu', 3) })[0]?.message).toBe('RING_GRID(k): too large');
  });
});
