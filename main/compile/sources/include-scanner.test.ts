import { describe, expect, test } from 'vitest';
import { scanIncludes } from './include-scanner.ts';

const found = (text: string): string[] => scanIncludes(text).map(({ spelling, line }) => `${line} ${spelling}`);

describe('the include scanner', () => {
  test('finds quoted and angled includes with their lines', () => {
    const text = '#include "a.h"\n  #  include <b/c.h>\r\n#include\t"d e.h" // why\n';
    expect(scanIncludes(text)).toMatchObject([
      { spelling: 'a.h', isQuoted: true, line: 1 },
      { spelling: 'b/c.h', isQuoted: false, line: 2 },
      { spelling: 'd e.h', isQuoted: true, line: 3 },
    ]);
  });

  test('gives the range of the spelling in the text', () => {
    const text = '/* é */ \n#include "x.h"\n';
    const [directive] = scanIncludes(text);
    expect(text.slice(directive!.start, directive!.end)).toBe('x.h');
  });

  test('skips comments, also those continued by a backslash', () => {
    expect(found('// #include "a.h"\n/*\n#include "b.h"\n*/\n// x \\\n#include "c.h"\n#include "d.h"')).toEqual([
      '7 d.h',
    ]);
  });

  test('is not led astray by comment signs and quotes in literals', () => {
    const text = String.raw`
auto a = "/*"; auto b = '"'; auto c = '\'';
auto d = R"x(/* )" #include )x";
auto e = 1'000'000;
#include "found.h"
auto f = "*/";
`;
    expect(found(text)).toEqual(['5 found.h']);
  });

  test('joins continued lines and takes __has_include for an include', () => {
    expect(found('#include \\\n "a.h"\n#if __has_include("b.h") || __has_include( <c.h> )\n#endif')).toEqual([
      '2 a.h',
      '3 b.h',
      '3 c.h',
    ]);
  });

  test('leaves includes of macros to the compiler', () => {
    expect(found('#define F "a.h"\n#include F\n#include "open\n')).toEqual([]);
  });
});
