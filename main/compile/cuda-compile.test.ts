import { afterAll, expect, test } from 'vitest';
import { StudioError, type Problem } from '../../app/base/studio-error.ts';
import { CompilerFixture, summary } from './compiler.fixture.ts';
import type { CudaCodeCompiler, CudaUnit } from './cuda-code.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const code = {
  kind: 'ptx',
  image: new Uint8Array(3),
  architecture: 'compute_80',
  functions: ['f'],
  symbols: [],
} as const;
const remark = (severity: Problem['severity'], line: number): Problem => {
  return { severity, code: `gpu-${severity}`, message: 'so', location: { file: 'main.cu', line } };
};

function compile(source: string, cuda: CudaCodeCompiler, signal?: AbortSignal) {
  const projectDir = fixture.project({ 'main.cu': source });
  return fixture.compiler.compile({ projectDir, file: 'main.cu' }, { cuda, ...(signal && { signal }) });
}

test('warnings of both compilers are told, those of one line once', async () => {
  const source = '__global__ void f(int* p) {\n  int unused = 1;\n  *p = 2;\n}\n';
  const warnings = [remark('warning', 2), remark('warning', 3)];
  const result = await compile(source, { compile: () => Promise.resolve({ ok: true, code, warnings }) });
  expect(result.ok && result.warnings.map(summary)).toEqual(['main.cu:2 compile-warning', 'main.cu:3 gpu-warning']);
  expect(result.ok && result.image.cuda).toBe(code);
});

test('errors of the compiler for the CPU are told alone, whatever the other one does', async () => {
  const missing = { compile: () => Promise.reject(new StudioError('NvrtcNotFound', 'none')) };
  const result = await compile('__global__ void f() { nonsense; }\n', missing);
  expect(!result.ok && result.problems.map(({ code: each }) => each)).toEqual(['compile-error']);
  await expect(compile('__global__ void f() {}\n', missing)).rejects.toMatchObject({ code: 'NvrtcNotFound' });
});

test('errors of the compiler for GPUs are the program’s, with the warnings of the other', async () => {
  const source = '__global__ void f(int* p) {\n  int unused = 1;\n  *p = 2;\n}\n';
  const problems = [remark('error', 2)];
  const result = await compile(source, { compile: () => Promise.resolve({ ok: false, problems }) });
  expect(!result.ok && result.problems.map(summary)).toEqual(['main.cu:2 compile-warning', 'main.cu:2 gpu-error']);
});

test('a program from the cache is compiled for a GPU by the same unit', async () => {
  const units: CudaUnit[] = [];
  const cuda: CudaCodeCompiler = {
    compile: (_, unit) => {
      units.push(unit);
      return Promise.resolve({ ok: true, code, warnings: [] });
    },
  };
  const source = `__device__ int total;
__global__ void g(int n) { total = n; }
__global__ void over(int n) {}
__global__ void over(float* p) {}
`;
  const hits = fixture.compiler.statistics.cacheHits;
  for (let count = 0; count < 2; count += 1) await compile(source, cuda);
  expect(fixture.compiler.statistics.cacheHits).toBe(hits + 1);
  expect(units[1]).toEqual(units[0]);
  const over = ['int', 'float*'].map((type) => `static_cast<void (*)(${type})>(&::over)`);
  expect(units[0]).toMatchObject({ functions: ['&::g', ...over], symbols: ['&::total'] });
  expect(units[0]?.text).toContain('#include "project/main.cu"');
});

test('a compile for a GPU that is aborted is not waited for', async () => {
  const abort = new AbortController();
  const cuda: CudaCodeCompiler = {
    compile: () => {
      setTimeout(() => abort.abort(new Error('not wanted any more')), 10);
      return new Promise(() => undefined);
    },
  };
  await expect(compile('__global__ void h() {}\n', cuda, abort.signal)).rejects.toThrow('not wanted any more');
});
