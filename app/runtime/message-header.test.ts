import { expect, test } from 'vitest';

import { hostMessageId } from './message-header.ts';

test('ids of host messages are right whatever number was before, also around rows of 256 and 2^32', () => {
  const edges = [0, 256, 512, 2 ** 32, 2 ** 32 + 256, 2 ** 40, 2 ** 44 - 2];
  const around = edges.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((number) => number >= 0);
  const numbers = [...around, ...around.toReversed(), 1, 2 ** 32 + 1, 1];
  const expected = numbers.map((number) => BigInt(number).toString(16).padStart(16, '0'));
  expect(numbers.map(hostMessageId)).toEqual(expected);
});
