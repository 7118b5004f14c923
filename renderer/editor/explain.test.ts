import { describe, expect, it } from 'vitest';

import { callHelpAt, explainAt } from './explain.ts';
import { declarationsAt, occurrencesOf } from './find-places.ts';
import type { Sources } from './knowledge.ts';
import { symbolsOf } from './source-symbols.ts';

const header = `#pragma once
/// One sample.
struct Reading {
  uint32_t sensor;
  float value;  ///< mm/s
};
`;
const source = `#include "types.cuh"
struct MeanState {
  float sum;
};
__device__ float half(float x) { return x / 2; }
RING_KERNEL(mean, MeanState);
RING_OUTPUT(mean, averages, Reading);

RING_ON(mean, Reading) {
  // sum of all
  state.sum += half(msg.value);
  ctx.emit(averages, Reading{1, state.sum});
}
`;

const sources: Sources = {
  ...{ path: 'mean.cu', text: source, programs: {}, files: ['mean.cu', 'types.cuh'] },
  textOf: (path) => (path === 'types.cuh' ? header : undefined),
};
const at = (needle: string, inside = 0): number => source.indexOf(needle) + inside;

describe('the explanation of a word', () => {
  it('tells the type of a field of the message', () => {
    expect(explainAt(sources, at('msg.value', 5))).toMatchObject({ code: 'float value;', text: 'mm/s' });
  });

  it('names the handled type for msg', () => {
    expect(explainAt(sources, at('msg.value'))?.code).toBe('const Reading& msg');
  });

  it('tells what a function of the context does', () => {
    expect(explainAt(sources, at('emit', 1))?.code).toContain('void emit(');
  });

  it('is absent in comments and for what nobody knows', () => {
    expect(explainAt(sources, at('sum of all', 1))).toBeUndefined();
    expect(explainAt(sources, at('half', 1))).toBeUndefined();
  });
});

describe('help with a call', () => {
  it('names the message of the output and stays at the argument inside braces', () => {
    const help = callHelpAt(sources, at('1, state.sum', 1));
    expect(help).toMatchObject({ label: 'void emit(port, const Reading& message)', active: 1 });
  });
});

describe('the places of a declaration', () => {
  it('are in the header that an include names', () => {
    expect(declarationsAt(sources, 3)).toEqual([{ path: 'types.cuh', start: 0, end: 0 }]);
  });

  it('are found for structs of other files and for fields', () => {
    const start = header.indexOf('Reading');
    expect(declarationsAt(sources, at('Reading);', 2))).toEqual([{ path: 'types.cuh', start, end: start + 7 }]);
    const value = header.indexOf('value');
    expect(declarationsAt(sources, at('msg.value', 6))).toEqual([{ path: 'types.cuh', start: value, end: value + 5 }]);
  });

  it('are found for functions', () => {
    const start = source.indexOf('half');
    expect(declarationsAt(sources, at('half(msg', 1))).toEqual([{ path: 'mean.cu', start, end: start + 4 }]);
  });
});

describe('occurrences', () => {
  it('leave comments out and include other files', () => {
    const found = occurrencesOf(sources, at('sum;', 1)).map(({ start }) => source.slice(start - 6, start));
    expect(found).toEqual(['float ', 'state.', 'state.']);
    expect(occurrencesOf(sources, at('Reading)')).some(({ path }) => path === 'types.cuh')).toBe(true);
  });
});

describe('symbols', () => {
  it('are what a source declares, in its order', () => {
    expect(symbolsOf(source).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'struct MeanState',
      'function half',
      'kernel mean',
      'output averages',
      'handler Reading',
    ]);
  });
});
