import { expect, test } from 'vitest';

import type { TopologyHost } from '../../../app/model/topology/topology.ts';
import { hostNodes } from './host-projection.ts';

test('a host actor says what it does, slow rates too', () => {
  const taskOf = (host: TopologyHost): string | undefined =>
    hostNodes([], {
      topology: { version: 1, actors: [], hosts: [host] },
      hues: new Map(),
      hostTrouble: () => undefined,
    })[0]?.task;
  const many = { id: 'many', host: 'generator' } as const;
  expect(taskOf({ ...many, rateHz: 1500, count: 2000 })).toBe('1,500 /s, 2,000 in all');
  expect(taskOf({ ...many, rateHz: 1.5 })).toBe('1.5 /s');
  expect(taskOf({ ...many, rateHz: 0.25 })).toBe('0.25 /s');
  expect(taskOf({ ...many, rateHz: 1 / 3600 })).toBe('0.000278 /s');
  expect(taskOf(many)).toBe('as fast as taken');
});
