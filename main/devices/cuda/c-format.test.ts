import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { seededRandom } from '../../../app/base/seeded-random.ts';
import { formatC, type PrintArgument } from './c-format.ts';

const SEED = 20_260_128;
const CASES = 3000;

/** A call of printf, and the same for the C compiler. */
interface Case {
  readonly format: string;
  readonly given: readonly PrintArgument[];
  readonly source: string;
}

function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

const real = (value: number): PrintArgument => ({
  kind: 'real',
  value,
  isNegative: value < 0 || Object.is(value, -0),
});
const integer = (value: bigint, bits: 32 | 64 = 32): PrintArgument => ({ kind: 'integer', value, bits });

class Cases {
  readonly #random = seededRandom(SEED);
  readonly #view = new DataView(new ArrayBuffer(8));

  next(): Case {
    const stars: bigint[] = [];
    const size = (most: number): string => {
      if (this.#oneIn(2)) return '';
      const value = this.#below(most);
      if (!this.#oneIn(6)) return value.toString();
      stars.push(BigInt(this.#oneIn(3) ? -value : value));
      return '*';
    };
    const flags = ['-', '+', ' ', '#', '0'].filter(() => this.#oneIn(4)).join('');
    const conversion = this.#of('ddiuxXocsfFeEgGaAp');
    const width = size(30);
    const precision = size('fFeEgGaA'.includes(conversion) && this.#oneIn(8) ? 400 : 25);
    const takesPrecision = !'cp'.includes(conversion);
    const point = takesPrecision && (precision !== '' || this.#oneIn(6)) ? `.${precision}` : '';
    if (!takesPrecision && precision === '*') stars.pop();
    const { length, argument, source } = this.#argument(conversion);
    const format = `<%${this.#allowed(flags, conversion)}${width}${point}${length}${conversion}|%%>`;
    const first = stars.map((value) => value.toString());
    return {
      format,
      given: [...stars.map((value) => integer(BigInt.asUintN(64, value))), argument],
      source: `printf(${JSON.stringify(format)}, ${[...first, source].join(', ')}); putchar(0);`,
    };
  }

  /** Others are undefined in C. */
  #allowed(flags: string, conversion: string): string {
    if ('csp'.includes(conversion)) return flags.replaceAll(/[^-]/g, '');
    if ('di'.includes(conversion) || conversion === 'u') return flags.replaceAll('#', '');
    return flags;
  }

  #argument(conversion: string): {
    readonly length: string;
    readonly argument: PrintArgument;
    readonly source: string;
  } {
    switch (conversion) {
      case 'c': {
        const code = 32 + this.#below(90);
        return { length: '', argument: integer(BigInt(code)), source: code.toString() };
      }
      case 's': {
        const bytes = 'Grüße an alle'.slice(0, this.#below(14));
        return {
          length: '',
          argument: { kind: 'string', bytes: Buffer.from(bytes).toString('latin1') },
          source: JSON.stringify(bytes),
        };
      }
      case 'p': {
        const value = BigInt(1 + this.#below(2 ** 30));
        return { length: '', argument: integer(value, 64), source: `(void*)${value.toString()}ull` };
      }
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        return this.#integer();
      default: {
        const value = this.#real(conversion);
        this.#view.setFloat64(0, value);
        return { length: '', argument: real(value), source: `bits(${this.#view.getBigUint64(0).toString()}ull)` };
      }
    }
  }

  #integer(): { readonly length: string; readonly argument: PrintArgument; readonly source: string } {
    const length = ['', '', 'hh', 'h', 'l', 'll', 'z', 'j', 't'][this.#below(9)]!;
    const bits = ['', 'hh', 'h'].includes(length) ? 32 : 64;
    const value = BigInt.asIntN(bits, this.#bits() >> BigInt(this.#below(64)));
    const cast = bits === 32 ? '(int)' : '(long long)';
    return {
      length,
      argument: integer(BigInt.asUintN(64, value), bits),
      source: `${cast}${BigInt.asUintN(64, value).toString()}ull`,
    };
  }

  #real(conversion: string): number {
    const value = this.#anyReal();
    // GNU's library shows denormal numbers in hexadecimal with a leading 0, the CPU device's with a 1.
    const isDenormal = value !== 0 && Math.abs(value) < 1e-307;
    return isDenormal && /[aA]/.test(conversion) ? 1 : value;
  }

  /** Any bits, or a number as people write it, or one that lies between two that are shown. */
  #anyReal(): number {
    switch (this.#below(4)) {
      case 0:
        return [0, -0, Infinity, -Infinity, 0.5, 1.5, 2.5, 1e21, 1e22, 9.5, 99.95, 5e-324][this.#below(12)]!;
      case 1:
        return (this.#below(20_000) - 10_000) / 2 ** this.#below(8);
      case 2:
        return (this.#random.next() - 0.5) * 10 ** (this.#below(40) - 20);
      default:
        this.#view.setBigUint64(0, this.#bits());
        return this.#view.getFloat64(0);
    }
  }

  #bits(): bigint {
    return (BigInt(this.#below(2 ** 32)) << 32n) | BigInt(this.#below(2 ** 32));
  }
  #below(count: number): number {
    return Math.floor(this.#random.next() * count);
  }
  #oneIn(count: number): boolean {
    return this.#below(count) === 0;
  }
  #of(characters: string): string {
    return characters[this.#below(characters.length)]!;
  }
}

test("any format prints what this machine's C library prints", (context) => {
  if (!hasCompiler()) context.skip('there is no C compiler here');
  const generator = new Cases();
  const cases = Array.from({ length: CASES }, () => generator.next()).filter(
    ({ given }) => !given.some((each) => each.kind === 'real' && Number.isNaN(each.value)),
  );
  const folder = mkdtempSync(join(tmpdir(), 'ringstudio-printf-'));
  try {
    const helper = 'static double bits(unsigned long long b) { double d; memcpy(&d, &b, 8); return d; }';
    const body = cases.map(({ source }) => source).join('\n');
    const text = `#include <stdio.h>\n#include <string.h>\n${helper}\nint main(void) {\n${body}\nreturn 0; }\n`;
    writeFileSync(join(folder, 'main.c'), text);
    execFileSync('cc', ['-w', '-O0', '-std=c99', 'main.c', '-o', 'main'], { cwd: folder });
    const printed = execFileSync(join(folder, 'main'), { encoding: 'latin1', maxBuffer: 64 << 20 }).split('\0');
    const differing = cases.flatMap(({ format, given, source }, index) => {
      const ours = formatC(format, given);
      return ours === printed[index] ? [] : [{ source, ours, theirs: printed[index] }];
    });
    expect(differing.slice(0, 5)).toEqual([]);
    expect(cases.length).toBeGreaterThan(CASES * 0.99);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what C leaves open is harmless', () => {
  expect(formatC('%d %s %f|', [])).toBe('0 (null) 0.000000|');
  expect(formatC('%d %s', [real(2.5), real(1)])).toBe('2 ');
  expect(formatC('%f %x', [integer(3n), { kind: 'string', bytes: 'abc' }])).toBe('3.000000 0');
  expect(formatC('%y %', [])).toBe('%y %');
  expect(
    formatC('%p %.2s|%n%lx', [integer(0n, 64), integer(0n, 64), integer(1n), integer(0xffff_ffff_8000_0000n)]),
  ).toBe('0 (n|80000000');
});

test('special numbers: NaN with its sign, denormal numbers in hexadecimal', () => {
  const nan: PrintArgument = { kind: 'real', value: NaN, isNegative: true };
  expect(formatC('%f %05E|%a', [nan, real(NaN), real(5e-324)])).toBe('-nan   NAN|0x1p-1074');
});
