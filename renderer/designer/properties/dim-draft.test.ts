import { describe, expect, test } from 'vitest';

import { blockLimits } from '../../../app/model/dim3.ts';
import { meaningOf, textsOf, type DimSources, type DimTexts } from './dim-draft.ts';

const inherits: DimSources = { own: undefined, inherited: [16, 8, 1] };
const owns: DimSources = { own: [4, 2], inherited: [16, 8, 1] };
const meaning = (texts: DimTexts, sources: DimSources): unknown => {
  const found = meaningOf(texts, sources, blockLimits);
  return 'problem' in found ? found.problem : found.dim;
};

describe('the boxes of a block', () => {
  test('show what the document says, without what is 1 anyway', () => {
    expect([undefined, 64, [16, 16], [2, 1, 4]].map(textsOf)).toEqual([
      ['', '', ''],
      ['64', '', ''],
      ['16', '16', ''],
      ['2', '1', '4'],
    ]);
  });

  test('that are empty leave the block to the kernel', () => {
    expect(meaning(['', '', ''], inherits)).toBeUndefined();
    expect(meaning(['', '2', ''], owns)).toBeUndefined();
  });

  test('keep what the kernel declares where nothing is typed, and are 1 where it was taken away', () => {
    expect(meaning(['32', '', ''], inherits)).toEqual([32, 8]);
    expect(meaning(['', '4', ''], inherits)).toEqual([16, 4]);
    expect(meaning(['4', '', ''], owns)).toBe(4);
    expect(meaning(['1,024', '', ''], owns)).toBe(1024);
  });

  test('say why a block cannot be', () => {
    expect(meaning(['x', '', ''], inherits)).toBe('Use whole numbers.');
    expect(meaning(['1.5', '', ''], owns)).toBe('Use whole numbers.');
    expect(meaning(['64', '32', ''], owns)).toBe('64×32 = 2,048 threads; a block has at most 1,024.');
    expect(meaning(['1', '1', '65'], owns)).toBe('Z is 65; it is a whole number from 1 to 64.');
  });
});
