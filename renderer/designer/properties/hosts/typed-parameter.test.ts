import { expect, test } from 'vitest';

import type { Distribution } from '../../../../app/model/topology/distribution.ts';
import { distributionWords } from './distributions.ts';
import { withTyped } from './typed-parameter.ts';

const typed = (distribution: Distribution, key: string, text: string): Distribution | undefined => {
  const parameter = distributionWords[distribution.kind].parameters.find((entry) => entry.key === key);
  return withTyped(distribution, parameter!, text);
};

test('a parameter is read as JSON or as a number; what is neither is refused', () => {
  const constant: Distribution = { kind: 'constant', value: 1 };
  expect(typed(constant, 'value', '[1, "a"]')).toEqual({ kind: 'constant', value: [1, 'a'] });
  expect(typed(constant, 'value', 'null')).toEqual({ kind: 'constant', value: null });
  expect(typed(constant, 'value', '18446744073709551615')).toEqual({ kind: 'constant', value: 2n ** 64n - 1n });
  expect(typed(constant, 'value', '[1,')).toBeUndefined();
  expect(typed({ kind: 'zipf', n: 10 }, 'n', '1,000')).toEqual({ kind: 'zipf', n: 1000 });
  expect(typed({ kind: 'zipf', n: 10 }, 'n', 'ten')).toBeUndefined();
});

test('a parameter is emptied where something holds without it', () => {
  expect(typed({ kind: 'sequence', start: 3, step: 2 }, 'start', '')).toEqual({ kind: 'sequence', step: 2 });
  expect(typed({ kind: 'constant', value: 1 }, 'value', '')).toBeUndefined();
  expect(typed({ kind: 'uniform', min: 0, max: 1 }, 'min', '')).toBeUndefined();
});
