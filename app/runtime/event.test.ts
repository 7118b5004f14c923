import { describe, expect, it } from 'vitest';

import { Event } from './event.ts';

describe('an event', () => {
  it('tells all listeners, whatever one of them throws', () => {
    const errors: unknown[] = [];
    const told: string[] = [];
    const event = new Event<string>((error) => errors.push(error));
    event.on((fact) => {
      throw new Error(`${fact} failed`);
    });
    const second = event.on((fact) => told.push(fact));
    event.fire('one');
    second[Symbol.dispose]();
    event.fire('two');
    expect(told).toEqual(['one']);
    expect(errors.map(String)).toEqual(['Error: one failed', 'Error: two failed']);
  });
});
