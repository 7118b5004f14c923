import { describe, expect, test } from 'vitest';

import { scalar, text } from '../../../testing/field-types.ts';
import { layoutStruct } from '../../layout.ts';
import { keyChoices } from '../../message-key.ts';
import type { Topology } from '../topology.ts';
import { setRouting, subscribe, targetInstances, unsubscribe } from './edit-routing.ts';

const channel = { from: 'a.out', to: 'b' };
const topology: Topology = {
  version: 1,
  actors: [
    { id: 'a', kernel: 'a', source: 'a.cu' },
    { id: 'b', kernel: 'b', source: 'b.cu', instances: 2 },
  ],
  channels: [channel, { from: 'a.out', to: 'a' }],
};

describe('routing and topics in a document', () => {
  test('to take turns is left out, what is not meant stays', () => {
    const byKey = setRouting(topology, channel, { key: 'sensor' });
    expect(byKey.channels).toEqual([
      { ...channel, routing: { key: 'sensor' } },
      { from: 'a.out', to: 'a' },
    ]);
    expect(setRouting(byKey, channel, 'roundRobin')).toEqual(topology);
    expect(setRouting(topology, { from: 'a.other', to: 'b' }, 'broadcast')).toBe(topology);
    expect(targetInstances(topology, channel)).toBe(2);
  });

  test('a subscription is there once, and the last one leaves no empty list', () => {
    const once = subscribe(topology, 'heat/#', 'b');
    expect(subscribe(once, 'heat/#', 'b')).toBe(once);
    expect(once.subscriptions).toEqual([{ topic: 'heat/#', to: 'b' }]);
    expect(unsubscribe(once, 'heat', 'b')).toBe(once);
    expect(unsubscribe(once, 'heat/#', 'b')).toEqual(topology);
  });

  test('the fields of nested structs can be keys too, and those that cannot say why', () => {
    const place = layoutStruct({ name: 'Place', fields: [{ name: 'floor', type: scalar('u8') }] });
    const reading = layoutStruct({
      name: 'Reading',
      fields: [
        { name: 'sensor', type: text(8) },
        { name: 'place', type: { kind: 'struct', struct: place } },
        { name: 'value', type: scalar('f32') },
      ],
    });
    const choices = keyChoices(reading);
    expect(choices.map(({ name, problem }) => [name, problem === undefined])).toEqual([
      ['sensor', true],
      ['place', true],
      ['place.floor', true],
      ['value', false],
    ]);
    expect(choices.at(-1)?.problem).toContain('floats');
  });
});
