import { describe, expect, test } from 'vitest';

import { Arena } from '../../device/arena.ts';
import { ActorNames } from './actor-names.ts';

function createNames(hash?: (name: string) => bigint): { readonly names: ActorNames; readonly arena: Arena } {
  const arena = new Arena(new WebAssembly.Memory({ initial: 280, maximum: 280, shared: true }));
  return { arena, names: new ActorNames({ arena, actorLimit: 8, ...(hash && { hash }) }) };
}

describe('names of actors', () => {
  test('with one hash are refused, launched together or one after the other', () => {
    const { names } = createNames((name) => BigInt(name.length + 2));
    const collision = expect.objectContaining({
      code: 'NameCollision',
      message: "devices cannot tell the names 'two' and 'one' apart: they have the same 64-bit hash.",
    });
    expect(() => names.check(['one', 'two'])).toThrow(collision);
    names.add('one', []);
    expect(() => names.check(['one', 'three'])).not.toThrow();
    expect(() => names.check(['two'])).toThrow(collision);
  });

  test('that come and go for ever need no more room, and none is lost', () => {
    const { names, arena } = createNames();
    names.add('lasting', []);
    names.publish('lasting');
    const free = arena.freeBytes;
    for (let round = 0; round < 200; round++) {
      const name = `actor ${round.toString()}`;
      names.check([name]);
      names.add(name, []);
      names.publish(name);
      expect(names.nameAt(names.indexOf(name)!)).toBe(name);
      names.withdraw(name);
      names.delete(name, []);
      expect(names.indexOf(name)).toBeUndefined();
    }
    expect(arena.freeBytes).toBe(free);
    expect(names.nameAt(names.indexOf('lasting')!)).toBe('lasting');
  });

  test('beyond those that fit are refused', () => {
    const { names } = createNames();
    const many = Array.from({ length: 14 }, (_, index) => `actor ${index.toString()}`);
    expect(() => names.check(many.slice(1))).not.toThrow();
    expect(() => names.check(many)).toThrow(expect.objectContaining({ code: 'TooManyNames' }));
  });
});
