import { describe, expect, test } from 'vitest';
import { parseNvrtcLog } from './nvrtc-log.ts';

// Logs of NVRTC 12.4.

describe('what NVRTC says', () => {
  test('has a place, a text, and the column of its caret', () => {
    const log = `project/main.cu(2): error: identifier "bad" is undefined
  __global__ void k(int*p){*p=A; int unused=1; bad(); }
                                               ^

project/main.cu(2): warning #177-D: variable "unused" was declared but never referenced
  __global__ void k(int*p){*p=A; int unused=1; bad(); }
                                     ^

Remark: The warnings can be suppressed with "-diag-suppress <warning-number>"

1 error detected in the compilation of "unit.cu".
`;
    expect(parseNvrtcLog(log)).toEqual([
      {
        severity: 'error',
        message: 'identifier "bad" is undefined',
        place: { file: 'project/main.cu', line: 2, column: 46 },
        notes: [],
      },
      {
        severity: 'warning',
        message: 'variable "unused" was declared but never referenced',
        place: { file: 'project/main.cu', line: 2, column: 36 },
        notes: [],
      },
    ]);
  });

  test('has the instantiations that led there, in its own file where none is named', () => {
    const log = `a.h(1): error: expression must have class type but it has type "int"
  template<class T> struct S { T t; __device__ int g() { return t.foo; } };
                                                                ^
          detected during:
            instantiation of "int S<T>::g() [with T=int]" at line 2
            instantiation of "int f(T) [with T=int]" at line 3 of b.h

b.h(2): error: static assertion failed with "no"
  static_assert(sizeof(T)==3, "no");
  ^
          detected during instantiation of "T f(T) [with T=int]" at line 3
`;
    expect(parseNvrtcLog(log).map(({ notes }) => notes)).toEqual([
      [
        { message: 'in instantiation of "int S<T>::g() [with T=int]"', place: { file: 'a.h', line: 2, column: 1 } },
        { message: 'in instantiation of "int f(T) [with T=int]"', place: { file: 'b.h', line: 3, column: 1 } },
      ],
      [{ message: 'in instantiation of "T f(T) [with T=int]"', place: { file: 'b.h', line: 3, column: 1 } }],
    ]);
  });

  test('goes on below its first line, and has the candidates that do not fit', () => {
    const log = `unit.cu(2): error: no instance of overloaded function "f" matches the argument list
            argument types are: (int *, int)
            object type is: ring::context
  __device__ void g(int* p) { f(p, 3); }
                              ^
unit.cu(1): note #3326-D: function "f(int, int)" does not match because argument #1 does not match parameter
  __device__ void f(int, int);
                  ^
`;
    expect(parseNvrtcLog(log)).toEqual([
      {
        severity: 'error',
        message:
          'no instance of overloaded function "f" matches the argument list argument types are: (int *, int) object type is: ring::context',
        place: { file: 'unit.cu', line: 2, column: 29 },
        notes: [
          {
            message: 'function "f(int, int)" does not match because argument #1 does not match parameter',
            place: { file: 'unit.cu', line: 1, column: 17 },
          },
        ],
      },
    ]);
  });

  test('ends where a file is missing', () => {
    const log = `unit.cu(1): catastrophic error: could not open source file "cuda_fp16.h" (no directories in search list)
  #include <cuda_fp16.h>
                        ^

1 catastrophic error detected in the compilation of "unit.cu".
Compilation terminated.
`;
    expect(parseNvrtcLog(log)).toMatchObject([
      { severity: 'error', message: 'could not open source file "cuda_fp16.h" (no directories in search list)' },
    ]);
  });

  test('is nothing for an empty log', () => {
    expect(parseNvrtcLog('')).toEqual([]);
  });

  test('can be a line of the source that is set in far', () => {
    const log = 'a.cu(1): error: expected a ";"\n                x = 1\n                     ^\n';
    expect(parseNvrtcLog(log)).toMatchObject([{ message: 'expected a ";"', place: { column: 20 } }]);
  });
});
