import { describe, expect, it } from 'vitest';

import { float, pointer, unsigned, value } from './functions.fixture.ts';
import { argumentOf, checkLaunch, freshLaunch, shapeText, type LaunchDraft } from './launch-draft.ts';

const info = { parameters: [pointer('data', float), value('n', unsigned)] };
const gain = { name: 'gain', type: float, sizeBytes: 4, location: { file: 'a.cu', line: 1 } };
const withN = (draft: Partial<LaunchDraft>, n = '8'): LaunchDraft => {
  const args = { n: { ...argumentOf(freshLaunch, info.parameters[1]!), value: n } };
  return { ...freshLaunch, args, ...draft };
};

describe('a launch in the making', () => {
  it('is ready once each parameter has an argument', () => {
    expect(checkLaunch(freshLaunch, info, []).problems).toEqual({ 'arg:n': 'It needs a value' });
    expect(checkLaunch(withN({}), info, [gain]).ready).toEqual({
      grid: [4, 1, 1],
      block: [256, 1, 1],
      sharedBytes: 0,
      isCooperative: false,
      timeLimitMs: 2000,
      args: ['float[1024]=zeros', 'uint32_t:8'],
      symbols: [],
    });
  });

  it('says which dimensions cannot be, as the topology does', () => {
    const { problems } = checkLaunch(withN({ grid: ['x', '', ''], block: ['32', '64', ''] }), info, []);
    expect(problems['grid']).toContain('x is no number; it is a whole number');
    expect(problems['block']).toBe('32×64 = 2,048 threads; a block has at most 1,024.');
    expect(checkLaunch(withN({ grid: ['1,073,741,824', '', ''] }), info, []).problems).toEqual({});
    expect(checkLaunch(withN({ grid: ['65536', '65535', ''] }), info, []).problems['grid']).toContain('a launch has');
  });

  it('writes the variables that were given, and no others', () => {
    expect(checkLaunch(withN({ symbols: { gain: ' 0.5 ' } }), info, [gain]).ready?.symbols).toEqual([
      { name: 'gain', text: '0.5' },
    ]);
    expect(checkLaunch(withN({ symbols: { gain: '' } }), info, [gain]).ready?.symbols).toEqual([]);
    expect(checkLaunch(withN({ symbols: { gain: '"x"' } }), info, [gain]).problems['symbol:gain']).toBeDefined();
    expect(checkLaunch(withN({ symbols: { gain: '@g.npy' } }), info, [gain]).problems).toEqual({});
  });

  it('says its size in words', () => {
    expect(shapeText([4, 1, 1], [256, 1, 1])).toBe('4 blocks × 256 threads = 1,024 threads');
    expect(shapeText([1, 1, 1], [1, 1, 1])).toBe('1 block × 1 thread = 1 thread');
  });
});
