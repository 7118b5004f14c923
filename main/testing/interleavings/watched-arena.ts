import type { Arena } from '../../../app/device/arena.ts';
import type { MemoryAccess } from './memory-instructions.ts';
import type { WatchedMemory } from './watched-memory.ts';
import { codeOf } from './watched-module.ts';

type WordArray = Int32Array | Uint32Array;
type View = WordArray | Uint8Array;

/** An arena whose views notice every access, for the classes of the host. Atomics work on it inside `watchAtomics`. */
export function watchArena(arena: Arena, memory: WatchedMemory): Arena {
  const views = {
    i32: watchView(arena.i32, memory),
    u32: watchView(arena.u32, memory),
    u8: watchView(arena.u8, memory),
  };
  // Its private fields are the allocator's, which nobody calls through it.
  return Object.assign(Object.create(arena) as Arena, views);
}

const originals = new WeakMap<object, View>();

function watchView<V extends View>(view: V, memory: WatchedMemory): V {
  const size = view.BYTES_PER_ELEMENT;
  const copyTo = (source: ArrayLike<number>, index = 0): void => {
    for (let each = 0; each < source.length; each++) {
      memory.before((index + each) * size, 0, codeOf('store', size));
      view[index + each] = source[each]!;
      memory.after();
    }
  };
  const watched = new Proxy(view, {
    get: (_, key) => {
      if (typeof key === 'string' && /^\d+$/.test(key)) {
        memory.before(Number(key) * size, 0, codeOf('load', size));
        return view[Number(key)];
      }
      if (key === 'set') return copyTo;
      if (key === 'length' || key === 'byteLength') return view[key];
      throw new Error(`${String(key)} of a view is not watched`);
    },
    set: (_, key, value: number) => {
      copyTo([value], Number(key));
      return true;
    },
  });
  originals.set(watched, view);
  return watched;
}

/** Runs `work` with an `Atomics` that notices accesses to watched views. */
export function watchAtomics<T>(memory: WatchedMemory, work: () => T): T {
  const real = Atomics;
  const on = (access: MemoryAccess, [view, index]: readonly [WordArray, number], act: (view: WordArray) => number) => {
    memory.before(index * 4, 0, codeOf(access, 4));
    const result = act(originals.get(view) as WordArray); // views of words only
    if (access !== 'atomic load') memory.after();
    return result;
  };
  const update =
    (name: 'exchange' | 'or' | 'and' | 'add' | 'sub') =>
    (view: WordArray, index: number, value: number): number =>
      on('update', [view, index], (words) => real[name](words, index, value));
  const watched = {
    load: (view: WordArray, index: number) => on('atomic load', [view, index], (words) => real.load(words, index)),
    store: (view: WordArray, index: number, value: number) =>
      on('atomic store', [view, index], (words) => real.store(words, index, value)),
    ...{ exchange: update('exchange'), or: update('or'), and: update('and'), add: update('add'), sub: update('sub') },
    compareExchange: (view: WordArray, index: number, ...values: [number, number]) =>
      on('update', [view, index], (words) => real.compareExchange(words, index, ...values)),
    notify: (_: WordArray, index: number) => {
      memory.notify(index * 4, 0);
      return 0;
    },
    wait: (_: WordArray, index: number, value: number) => {
      memory.wait(index * 4, value);
      return 'ok';
    },
  };
  const install = (atomics: object): void =>
    void Object.defineProperty(globalThis, 'Atomics', { value: atomics, configurable: true, writable: true });
  install(watched);
  try {
    return work();
  } finally {
    install(real);
  }
}
