import { describe, expect, test } from 'vitest';
import { castsPointers } from './pointer-casts.ts';

describe('code that may read memory as another type', () => {
  test.each([
    'auto v = *reinterpret_cast<const float4*>(p);',
    'auto v = *reinterpret_cast<\n  ring::list<int, 4> *\n>(p);',
    'int i = reinterpret_cast<int&>(f);',
    'auto p = static_cast<float* const>(memory);',
    'int i = *(int*)&f;',
    'int i = *(const unsigned int *) & f;',
    'int i = *(volatile int*)p;',
    'float4 v = ((float4 const * __restrict__)p)[0];',
    'auto q = (T*)p;',
    'auto q = (cuda::std::pair<int, float>*)p;',
    'auto q = (int **)p;',
    'auto rows = (float (*)[4])p;',
    'auto rows = reinterpret_cast<float (*)[4]>(p);',
    'int i = (int&)f;',
    'typedef int* Ints; int i = *Ints(&f);',
    'using Ints = const int*;',
  ])('%s', (code) => expect(castsPointers(code)).toBe(true));
});

describe('code that does not', () => {
  test.each([
    'float y = a * (b * c) + (d & mask);',
    'int i = static_cast<int>(f) * 2;',
    'int i = (int)f;',
    'float y = fmaxf(fabsf(*p), static_cast<float>(a * b));',
    'swap(first(&a), b);',
    'bool is = (a & b) != 0 && (a * b) > 3;',
    '// (int*)&f and reinterpret_cast<int*>(p)',
    'printf("(int*)%p", 0);',
    'int i = __float_as_int(f);',
    'for (const auto& x : msg.values) sum += x;',
    'using Value = float;',
    'typedef float Value;',
  ])('%s', (code) => expect(castsPointers(code)).toBe(false));
});
