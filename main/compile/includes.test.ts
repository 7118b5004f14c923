import { symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CompilerFixture, prelude, summary } from './compiler.fixture.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const kernel = 'RING_KERNEL(k);\nRING_ON(k, M) {}\n';

describe('includes', () => {
  test('are found beside the file, in the project, through parents and around a cycle', async () => {
    const result = await fixture.compile({
      'main.cu': `${prelude}#include "sub/a.cuh"\n#include <shared.cuh>\nstruct M { A a; B b; Shared s; };\n${kernel}`,
      'sub/a.cuh': '#pragma once\n#include "deeper/b.cuh"\n/// documented\nstruct A { int a; };\n',
      'sub/deeper/b.cuh': '#pragma once\n#include "../a.cuh"\n#include "../../shared.cuh"\nstruct B { int b; };\n',
      'shared.cuh': '#pragma once\n#include <cstdint>\nstruct Shared { uint8_t s; };\n',
    });
    expect(result.ok && result.image.info.structs.map(({ name, doc }) => [name, doc])).toEqual([
      ['A', 'documented'],
      ['B', undefined],
      ['M', undefined],
      ['Shared', undefined],
    ]);
  });

  test('errors and field problems in an included file carry its name', async () => {
    const problems = await fixture.problems({
      'main.cu': `${prelude}#include "m.cuh"\n${kernel}`,
      'm.cuh': 'struct M {\n  int x;\n  char* p;\n};\ninline int f() { return wrong; }\n',
    });
    expect(problems.map(summary)).toEqual(['m.cuh:3 field-is-pointer', 'm.cuh:5 compile-error']);
  });

  test('a missing file is an error at its line', async () => {
    const problems = await fixture.problems(`${prelude}#include "gone.cuh"\nstruct M { int x; };\n${kernel}`);
    expect(problems).toMatchObject([
      { code: 'include-not-found', message: "'gone.cuh' file not found", location: { file: 'main.cu', line: 2 } },
    ]);
  });

  test('headers that sources for the host as well include: <cstdlib>, and the profiler of the toolkit', async () => {
    const source = `#include <cstdlib>
#include <stdlib.h>
#include <cuda_profiler_api.h>
__global__ void lengths(int* a) { *a = std::abs(*a) + abs(a[1]) + static_cast<int>(std::labs(a[2]) + llabs(a[3])); }
`;
    expect(await fixture.problems(source)).toEqual([]);
  });

  test.each([
    ['vector', 'no C++ standard library'],
    ['cooperative_groups/sort.h', 'reduce.h'],
    ['cuda_fp8.h', 'half and bfloat16 only'],
    ['cuda_pipeline.h', 'asynchronous copies'],
    ['helper_timer.h', 'helper_math.h'],
    ['thrust/sort.h', 'libraries of the CUDA toolkit'],
  ])('<%s>, which exists elsewhere, is refused with the reason', async (header, reason) => {
    const problems = await fixture.problems(`${prelude}#include <${header}>\nstruct M { int x; };\n${kernel}`);
    expect(problems).toMatchObject([{ code: 'not-supported', location: { file: 'main.cu', line: 2 } }]);
    expect(problems[0]?.message).toContain(reason);
  });

  test('one that leads out of the project is an error that says so, one that is not compiled is not', async () => {
    const source = `${prelude}#if 0\n#include "../hidden.h"\n#endif\n#include "../outside.h"\nstruct M { int x; };\n${kernel}`;
    const projectDir = fixture.project({ 'main.cu': source });
    writeFileSync(join(dirname(projectDir), 'outside.h'), 'int outside;');
    const result = await fixture.compiler.compile({ projectDir, file: 'main.cu' });
    expect(!result.ok && result.problems).toMatchObject([
      { code: 'include-outside-project', location: { file: 'main.cu', line: 5 } },
    ]);
  });

  test('a symbolic link that leads out of the project is not followed', async () => {
    const projectDir = fixture.project({ 'main.cu': `${prelude}#include "link.h"\nstruct M { int x; };\n${kernel}` });
    writeFileSync(join(dirname(projectDir), 'target.h'), 'int outside;');
    symlinkSync(join(dirname(projectDir), 'target.h'), join(projectDir, 'link.h'));
    const result = await fixture.compiler.compile({ projectDir, file: 'main.cu' });
    expect(!result.ok && result.problems).toMatchObject([{ code: 'include-outside-project', location: { line: 2 } }]);
  });

  test('files of any place in the project compile, also with spaces and umlauts in their names', async () => {
    const projectDir = fixture.project({
      'kernels/größe 1/main.cu': `${prelude}#include "teil eins.cuh"\n${kernel}`,
      'kernels/größe 1/teil eins.cuh': 'struct M { int x; };\n#warning "look"\n',
    });
    const result = await fixture.compiler.compile({ projectDir, file: 'kernels/größe 1/main.cu' });
    expect(result.ok && result.image.info.file).toBe('kernels/größe 1/main.cu');
    expect(result.ok && result.warnings[0]?.location).toMatchObject({ file: 'kernels/größe 1/teil eins.cuh', line: 2 });
  });
});

describe('encodings', () => {
  test('CRLF and a byte order mark change no line and no column', async () => {
    const source = `\ufeff${prelude}struct M {\n  int x; ///< größe\n  float* p;\n};\n${kernel}int y = wrong;\n`;
    const problems = await fixture.problems(source.replaceAll('\n', '\r\n'));
    expect(problems.map((problem) => [summary(problem), problem.location?.column])).toEqual([
      ['main.cu:4 field-is-pointer', 10],
      ['main.cu:8 compile-error', 9],
    ]);
  });

  test('docs are read from CRLF files', async () => {
    const source = `\ufeff/// never read\n${prelude}/// a\n/// b\nstruct M { int x; };\n${kernel}`;
    const image = await fixture.image(source.replaceAll('\n', '\r\n'));
    expect(image.info.structs[0]?.doc).toBe('a\nb');
  });

  test('an empty file is an error that says what to write', async () => {
    expect((await fixture.problems('')).map(summary)).toEqual(['main.cu:1 no-kernel']);
  });
});
