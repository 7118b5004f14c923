import { expect, test } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

test('a slip of the pen finds the name that was meant', () => {
  expect(didYouMean('vectr_add', ['pagerank', 'vector_add'])).toBe("Did you mean 'vector_add'?");
  expect(didYouMean('Sensor', ['value', 'sensor'])).toBe("Did you mean 'sensor'?");
});

test('of several near names the nearest is proposed', () => {
  expect(didYouMean('filter', ['filters_2', 'filters'])).toBe("Did you mean 'filters'?");
});

test('an unrelated name proposes nothing', () => {
  expect(didYouMean('x', ['temperature', 'yz'])).toBeUndefined();
  expect(didYouMean('pressure', ['value'])).toBeUndefined();
  expect(didYouMean('anything', [])).toBeUndefined();
});
