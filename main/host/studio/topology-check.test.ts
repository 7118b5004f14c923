import { describe, expect, test } from 'vitest';

import type { Topology } from '../../../app/model/topology/topology.ts';
import { needsNewStart } from './topology-check.ts';

describe('what runs', () => {
  const sending = (value: unknown): Topology => ({
    version: 1,
    actors: [],
    hosts: [{ id: 'clock', host: 'timer', periodMs: 1, message: { value } }],
  });

  test('looks like a document whose integers no number holds, until one of them is another', () => {
    expect(needsNewStart(sending(2n ** 63n), sending('9223372036854775808'))).toBe(false);
    expect(needsNewStart(sending(2n ** 63n), sending(2n ** 63n + 1n))).toBe(true);
  });
});
