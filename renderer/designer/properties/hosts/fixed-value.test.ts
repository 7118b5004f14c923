import { expect, test } from 'vitest';

import { templateText } from './fixed-value.ts';

test('a fixed value is shown with every digit, also within a list', () => {
  expect(templateText(2n ** 63n)).toBe('9223372036854775808');
  expect(templateText([2n ** 63n, 1])).toBe('["9223372036854775808",1]');
});
