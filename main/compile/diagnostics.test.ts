import { afterAll, describe, expect, test } from 'vitest';
import { CompilerFixture, lineOf, prelude, summary } from './compiler.fixture.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

/** The problems of a program as `line code`, and those that its `// code` comments announce. */
async function compare(source: string): Promise<{ found: string[]; announced: string[] }> {
  const problems = await fixture.problems(source);
  const announced = source.split('\n').flatMap((line, index) => {
    const codes = /\/\/ => (.*)$/.exec(line)?.[1]?.split(' ') ?? [];
    return codes.map((code) => `main.cu:${index + 1} ${code}`);
  });
  return { found: problems.map(summary), announced };
}

describe('fields that a message cannot hold', () => {
  test('are each reported at their line, all at once', async () => {
    const { found, announced } = await compare(`${prelude}
#include <cstddef>
enum Loose { a, b };
enum class Flag : bool { no, yes };
union U { int i; float f; };
template <class T> struct Pair { T first, second; };
struct Bad {                 // => compile-warning
  int* pointer;              // => field-is-pointer
  int& reference;            // => field-is-reference
  void (*function)(int);     // => field-is-pointer
  long wide;                 // => field-not-portable
  unsigned long counts[2];   // => field-not-portable
  size_t size;               // => field-not-portable
  wchar_t wide_char;         // => field-not-portable
  long double precise;       // => field-not-portable
  uint32_t bits : 3;         // => field-is-bitfield
  U either;                  // => type-is-union
  Loose loose;               // => enum-without-type
  Flag flag;                 // => enum-type-not-supported
  const int fixed = 1;       // => field-is-const
  volatile int moving;       // => field-is-volatile
  union { int u; float v; }; // => field-is-unnamed-type
  struct { int w; } unnamed; // => field-is-unnamed-type
  Pair<int> pair;            // => type-is-template
  ring::buffer<Loose> data;  // => enum-without-type
  ring::buffer<ring::text<8>> texts;  // => buffer-element-not-supported
  ring::buffer<long> longs;  // => field-not-portable
 private:
  int hidden;                // => field-not-public
};
RING_KERNEL(k);
RING_ON(k, Bad) {}
`);
    expect(found).toEqual(announced);
  });

  test('are reported where their default depends on another field, once and only of what is handled', async () => {
    const { found, announced } = await compare(`${prelude}
struct Inner {
  int32_t p = 0;
  int32_t q = p + 1;           // => default-depends-on-field
};
struct Other { int32_t p = 1; int32_t q = p; };
struct Bad {
  int32_t a = 1;
  int32_t b = a * 2 + 1;       // => default-depends-on-field
  int32_t c = sizeof(a);
  int32_t d{this->a};          // => default-depends-on-field
  int32_t e = calculate();     // => default-depends-on-field
  ring::list<Inner, 2> inner;
  int32_t calculate() const { return a; }
};
RING_KERNEL(k, Other);
RING_OUTPUT(k, out, Other);
RING_ON(k, Bad) { ctx.emit(out, state); }
RING_KERNEL(l);
RING_ON(l, Bad) {}
`);
    expect(found.sort()).toEqual(announced.sort());
  });

  test('are reported with the way to them when they lie in a nested struct', async () => {
    const source = `${prelude}
struct Inner { float* p; };
struct Outer { Inner inner[2]; };
RING_KERNEL(k, Outer);
RING_ON(k, Outer) {}
`;
    const [problem, ...others] = await fixture.problems(source);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'field-is-pointer',
      message: "'p' of Inner is a pointer: an address means nothing to the actor that gets the message",
      location: { file: 'main.cu', line: 3, column: 23 },
    });
    expect(problem?.notes?.[0]).toMatchObject({ message: "'inner' of Outer is a Inner", location: { line: 4 } });
    expect(problem?.tip).toContain('ring::list');
  });

  test('do not matter in structs that are not messages', async () => {
    const { found } = await compare(`${prelude}
struct Cursor { const char* at; union { int i; float f; }; };
struct M { int x; };
RING_KERNEL(k);
RING_ON(k, M) { Cursor cursor = {"abc", {1}}; ctx.reply(M{cursor.i + *cursor.at}); }
`);
    expect(found).toEqual([]);
  });
});

describe('structs that cannot be messages', () => {
  test('are reported at their own line', async () => {
    const { found, announced } = await compare(`${prelude}
struct Base { int b; };
struct Derived : Base { int d; };                                // => struct-has-base
struct Virtual { int v; virtual void f() const {} };             // => struct-has-virtual
struct __attribute__((packed)) Packed { char c; int i; };        // => struct-is-packed
struct Copied { int c; Copied(const Copied& o) : c(o.c) {} Copied() = default; }; // => struct-not-copyable
struct Made { int m; explicit Made(int n) : m(n) {} };           // => struct-not-constructible
namespace { struct Hidden { int h; }; }                          // => struct-not-nameable
union Either { int i; float f; };
RING_KERNEL(k);
RING_ON(k, Derived) {}
RING_ON(k, Virtual) {}
RING_ON(k, Packed) {}
RING_ON(k, Copied) {}
RING_ON(k, Made) {}
RING_ON(k, Hidden) {}
RING_ON(k, Either) {}                                            // => type-is-union
RING_ON(k, int) {}                                               // => message-not-struct
RING_OUTPUT(k, words, ring::text<4>);                            // => message-not-struct
struct Later;
RING_ON(k, Later) {}                                             // => struct-incomplete
`);
    expect(found).toEqual(announced);
  });

  test('cannot be sent from a handler, and the line and the reason are said', async () => {
    const source = `${prelude}
struct Bad { char* text; };
struct M { int x; };
RING_KERNEL(k);
RING_ON(k, M) {
  ctx.reply(Bad{}); // sent
  ctx.reply(3); // number
}
`;
    const problems = await fixture.problems(source);
    expect(problems.map(summary)).toEqual([
      `main.cu:${lineOf(source, 'sent')} not-a-message`,
      `main.cu:${lineOf(source, 'number')} not-a-message`,
    ]);
    expect(problems[0]?.message).toContain("'text' of Bad is a pointer");
    expect(problems[0]?.message).toContain('main.cu:3');
    expect(problems[1]?.message).toContain("'int' cannot be sent");
  });
});

describe('kernels', () => {
  test('a program without one is shown how to write one', async () => {
    const [problem] = await fixture.problems(`${prelude}struct M { int x; };\n`);
    expect(problem).toMatchObject({ code: 'no-kernel', location: { file: 'main.cu', line: 1 } });
    expect(problem?.tip).toContain('RING_KERNEL(');
  });

  test('uses of an undeclared kernel say so instead of showing the macro', async () => {
    const source = `${prelude}
struct M { int x; };
RING_ON(late, M) {}          // => kernel-declared-later
RING_KERNEL(late);
RING_KERNEL(mean);
RING_ON(mean, M) {}
RING_ON(meen, M) {}          // => kernel-not-declared
RING_OUTPUT(other, out, M);  // => kernel-not-declared
RING_BLOCK(other, 1);        // => kernel-not-declared
`;
    const { found, announced } = await compare(source);
    expect(found).toEqual(announced);
    const problems = await fixture.problems(source);
    expect(problems.map(({ message }) => message)).toEqual([
      'RING_ON(late, …) comes before RING_KERNEL(late, …)',
      "RING_ON(meen, …): kernel 'meen' is not declared",
      "RING_OUTPUT(other, …): kernel 'other' is not declared",
      "RING_BLOCK(other, …): kernel 'other' is not declared",
    ]);
    expect(problems[1]?.tip).toBe("Did you mean 'mean'?");
  });

  test('what is declared twice is reported once, at the second place', async () => {
    const { found, announced } = await compare(`${prelude}
struct M { int x; };
RING_KERNEL(k);
RING_KERNEL(k);          // => duplicate-kernel
RING_OUTPUT(k, out, M);
RING_OUTPUT(k, out, M);  // => duplicate-output
RING_BLOCK(k, 1);
RING_BLOCK(k, ring::any);// => duplicate-size
RING_ON(k, M) {}
RING_ON(k, M) {}         // => duplicate-handler
`);
    expect(found).toEqual(announced);
  });

  test('blocks and grids have the limits of CUDA', async () => {
    const source = `${prelude}
struct M { int x; };
constexpr int kWidth = 64;
RING_KERNEL(a); RING_ON(a, M) {}
RING_KERNEL(b); RING_ON(b, M) {}
RING_KERNEL(c); RING_ON(c, M) {}
RING_KERNEL(d); RING_ON(d, M) {}
RING_BLOCK(a, kWidth * 32);          // => size-out-of-range
RING_GRID(a, 1024, 1024);            // => size-out-of-range
RING_BLOCK(b, kWidth, 32);           // => size-out-of-range
RING_GRID(b, 0);                     // => size-out-of-range
RING_BLOCK(c, 1, 1, 65);             // => size-out-of-range
RING_GRID(c, -1);                    // => size-out-of-range
RING_BLOCK(d, ring::any, 2);         // => size-out-of-range
RING_GRID(d, sizeof(M));             // => size-not-constant
`;
    const { found, announced } = await compare(source);
    expect(found).toEqual(announced);
    const problems = await fixture.problems(source);
    expect(problems.map(({ message, tip }) => [message, ...(tip === undefined ? [] : [tip])].join(' | '))).toEqual([
      'RING_BLOCK(a, 2048): x is 2048; it is a whole number from 1 to 1,024',
      'RING_GRID(a, 1024, 1024): 1024×1024 = 1,048,576 blocks; an actor has at most 65,535',
      'RING_BLOCK(b, 64, 32): 64×32 = 2,048 threads; a block has at most 1,024',
      'RING_GRID(b, 0): x is 0; it is a whole number from 1 to 65,535',
      'RING_BLOCK(c, 1, 1, 65): z is 65; it is a whole number from 1 to 64',
      'RING_GRID(c, -1): x is -1; it is a whole number from 1 to 65,535',
      'RING_BLOCK(d, 0, 2): x is 0; it is a whole number from 1 to 1,024 | ring::any stands alone: RING_BLOCK(d, ring::any).',
      'RING_GRID(d, …) needs plain numbers | Write the numbers out.',
    ]);
  });

  test('one without a handler is a warning', async () => {
    const result = await fixture.compile(`${prelude}
struct M { int x; };
RING_KERNEL(idle);
RING_KERNEL(k);
RING_ON(k, M) {}
`);
    expect(result.ok && result.warnings.map(summary)).toEqual(['main.cu:4 no-handler']);
  });
});

describe('what the compiler says', () => {
  test('all errors of a file are reported, in the order of the lines, with columns', async () => {
    const problems = await fixture.problems(`${prelude}
struct M { int x; };
RING_KERNEL(k);
RING_ON(k, M) {
  int y = undeclared;
  state.sum = 1;
  msg.x = 2;
  return 5;
}
`);
    expect(problems.map(({ location, message }) => [location?.line, location?.column, message])).toEqual([
      [6, 11, "use of undeclared identifier 'undeclared'"],
      [7, 9, 'this kernel has no state'],
      [8, 9, "'msg' is const: the message in hand cannot be changed"],
      [9, 3, 'a handler returns nothing'],
    ]);
  });

  test('an unknown message type is reported by its name only', async () => {
    const { found, announced } = await compare(`${prelude}
RING_KERNEL(k, Nothing);         // => compile-error
RING_KERNEL(other);
RING_OUTPUT(other, out, Nobody); // => compile-error
RING_ON(other, Nowhere) {}       // => compile-error
`);
    expect([...new Set(found)]).toEqual(announced);
  });

  test('syntax errors do not hide the kernel', async () => {
    const problems = await fixture.problems(`${prelude}
struct M { int x }
RING_KERNEL(k);
RING_ON(k, M) { if (msg.x { }
`);
    expect(problems.every(({ code }) => code === 'compile-error')).toBe(true);
    expect(problems.map(({ location }) => location?.line)).toEqual(expect.arrayContaining([3, 5]));
  });

  test('a brace too few does not end in a program without kernels', async () => {
    const problems = await fixture.problems(`${prelude}struct M { int x;\nRING_KERNEL(k);\nRING_ON(k, M) {}\n`);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ code }) => code === 'compile-error')).toBe(true);
  });

  test('an error inside a header of ours is shown at the line that caused it', async () => {
    const source = `${prelude}
struct M { int x; };
struct Other { int y; };
RING_KERNEL(k);
RING_OUTPUT(k, out, M);
RING_ON(k, M) {
  ring::list<M, 0> none; // list
  ctx.emit(out, Other{}); // emit
}
`;
    const problems = await fixture.problems(source);
    expect(problems.map(({ location }) => location?.line)).toEqual([lineOf(source, 'list'), lineOf(source, 'emit')]);
  });

  test('warnings are kept, with the program', async () => {
    const result = await fixture.compile(`${prelude}
struct M { int x; };
RING_KERNEL(k);
RING_ON(k, M) { int set = msg.x; if (set = 1) {} }
`);
    const problems = result.ok ? result.warnings : result.problems;
    expect(problems.map(summary)).toContain('main.cu:5 compile-warning');
  });

  test('a global that runs code at start is refused, as in CUDA', async () => {
    const { found, announced } = await compare(`${prelude}
struct M { int x; };
int next();
int counter = next();  // => global-constructor
int next() { return 4; }
RING_KERNEL(k);
RING_ON(k, M) { ctx.reply(M{counter}); }
`);
    expect(found).toEqual(announced);
  });

  test('a function that is declared but not defined is named', async () => {
    const problems = await fixture.problems(`${prelude}
struct M { int x; };
namespace app { int missing(int x); }
extern "C" float absent(float x);
RING_KERNEL(k);
RING_ON(k, M) { ctx.reply(M{app::missing(1) + int(absent(2))}); }
`);
    expect(problems.map(({ message, location }) => `${location?.line ?? 0} ${message}`).sort()).toEqual([
      "4 undefined function 'app::missing(int)'",
      "5 undefined function 'absent'",
    ]);
  });

  test('a heap and an operating system are what actors do not have', async () => {
    const heap = await fixture.problems(`${prelude}
struct M { int* x; int y; };
struct N { int z; };
extern "C" void* malloc(unsigned long);
RING_KERNEL(k);
RING_ON(k, N) { auto* m = new M{}; m->x = static_cast<int*>(malloc(4)); ctx.reply(N{*m->x}); }
`);
    expect(heap).toMatchObject([
      { code: 'needs-heap', message: "'new' needs a heap, which actors do not have", location: {} },
    ]);
    const linked = await fixture.problems(`${prelude}
struct N { int z; };
extern "C" void* malloc(unsigned long);
RING_KERNEL(k);
RING_ON(k, N) { ctx.reply(N{*static_cast<int*>(malloc(4))}); }
`);
    expect(linked).toMatchObject([{ code: 'needs-heap', message: "'malloc' needs a heap, which actors do not have" }]);
    const system = await fixture.problems(`${prelude}
struct M { int x; };
extern "C" int rmdir(const char*);
RING_KERNEL(k);
RING_ON(k, M) { ctx.reply(M{rmdir("a")}); }
`);
    expect(system.length).toBeGreaterThan(0);
    expect(system.every(({ code }) => code === 'needs-system' || code === 'needs-heap')).toBe(true);
  });

  test('recursion without end is an error, not a crash', async () => {
    const [problem] = await fixture.problems(`${prelude}
template <int N> struct R { static constexpr int v = R<N + 1>::v; };
struct M { int x = R<0>::v; };
RING_KERNEL(k);
RING_ON(k, M) {}
`);
    expect(problem).toMatchObject({ code: 'compile-error', location: { line: 3 } });
    expect(problem?.message).toContain('maximum depth of 256');
  });

  test('a file that leaves the include out is told about it', async () => {
    const problems = await fixture.problems('struct M { int x; };\nRING_KERNEL(k);\nRING_ON(k, M) {}\n');
    expect(problems[0]).toMatchObject({ code: 'include-missing', location: { file: 'main.cu', line: 2 } });
    expect(problems[0]?.tip).toContain('#include <ring_kernel.cuh>');
  });
});
