import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { execCommand, shellQuoted } from './exec-command.ts';

const launch = {
  grid: [4, 1, 1] as [number, number, number],
  block: [16, 16, 1] as [number, number, number],
  sharedBytes: 0,
  isCooperative: false,
  timeLimitMs: 2000,
  args: [],
  symbols: [],
};

describe('a launch as a command', () => {
  it('has what differs from the defaults of exec', () => {
    expect(execCommand({ path: 'a.cu', functionName: 'scale' }, launch)).toBe(
      'ringstudio exec a.cu --function scale --grid 4 --block 16,16',
    );
    const more = {
      ...launch,
      ...{ sharedBytes: 64, isCooperative: true, timeLimitMs: 5000 },
      args: ['float[8]=iota', 'same:1'],
      symbols: [{ name: 'taps', text: '[1, 2]' }],
    };
    expect(execCommand({ path: "b's.cu", functionName: 'sum<float, 2>' }, more)).toBe(
      String.raw`ringstudio exec 'b'\''s.cu' --function 'sum<float, 2>' --grid 4 --block 16,16 --shared 64 --cooperative ` +
        "--time-limit 5000 --symbol 'taps=[1, 2]' --arg 'float[8]=iota' --arg same:1",
    );
  });

  it('reaches a program word for word through a shell', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (words) => {
        expect(readWords(words.map(shellQuoted).join(' '))).toEqual(words);
      }),
    );
    const special = ['', '*', '~', '$HOME', '`ls`', 'a b', '"', "'", '!', '#', 'x=1', '=ls', '{a,b}', '\\'];
    expect(readWords(special.map(shellQuoted).join(' '))).toEqual(special);
  });
});

/** As POSIX shells do it, for quotes and backslashes; what else a shell reads something into must be quoted. */
function readWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const [text] of line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/gs)) {
    const plain = text.replaceAll(/'[^']*'|\\./gs, '');
    expect(plain).not.toMatch(/^[~=#]|[*?[\]{}()<>|&;$`"!\\\s]/);
    words.push(text.replaceAll(/'([^']*)'|\\(.)/gs, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''));
  }
  return words;
}
