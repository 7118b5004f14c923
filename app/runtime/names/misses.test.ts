import { expect, test } from 'vitest';

import { MISS, MISS_ANSWER, MISS_KIND, MISSES } from '../../abi/arena-layout.ts';
import { hashName } from '../../base/fnv1a.ts';
import { Arena } from '../../device/arena.ts';
import { answerMisses, type AskedName } from './misses.ts';

interface Written {
  readonly bytes: Uint8Array;
  readonly hash: bigint;
  readonly kind?: keyof typeof MISS_KIND;
  readonly isWanted?: boolean;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An actor that asks for these. */
function ask(entries: readonly Written[]) {
  const arena = new Arena(new WebAssembly.Memory({ initial: 280, maximum: 280, shared: true }));
  const list = arena.allocate('misses', MISSES.sizeBytes).address;
  const view = new DataView(arena.memory.buffer, list);
  for (const [index, { bytes, hash, kind = 'topic', isWanted = true }] of entries.entries()) {
    const entry = MISSES.entries + index * MISS.sizeBytes;
    view.setBigUint64(entry + MISS.hash, hash, true);
    view.setUint16(entry + MISS.bytes, bytes.length, true);
    view.setUint8(entry + MISS.kind, MISS_KIND[kind]);
    view.setUint8(entry + MISS.isWanted, isWanted ? 1 : 0);
    arena.u8.set(bytes, list + entry + MISS.text);
  }
  view.setUint32(MISSES.asked, (7 << 8) | entries.length, true);
  const answers = (): number[] =>
    entries.map((_, index) => view.getUint32(MISSES.entries + index * MISS.sizeBytes + MISS.answer, true));
  return { arena, list, answers, view };
}

test('what was sent to is answered once, what was only asked for is not', () => {
  const entries = [
    { bytes: utf8('a/b'), hash: hashName('a/b') },
    { bytes: utf8('sink'), hash: hashName('sink'), kind: 'actor' as const },
    { bytes: utf8('polled'), hash: hashName('polled'), kind: 'actor' as const, isWanted: false },
  ];
  const { arena, list, answers } = ask(entries);
  const asked: AskedName[] = [];
  const answer = (name: AskedName) => {
    asked.push(name);
    return { kind: name.kind === 'topic' ? ('index' as const) : ('noSuchActor' as const), value: 5 };
  };
  expect(answerMisses(arena, list, answer)).toBe(true);
  expect(asked).toEqual([
    { kind: 'topic', text: 'a/b', isWhole: true },
    { kind: 'actor', text: 'sink', isWhole: true },
  ]);
  expect(answers()).toEqual([(5 << 3) | MISS_ANSWER.index, (5 << 3) | MISS_ANSWER.noSuchActor, 0]);
  expect(answerMisses(arena, list, answer)).toBe(false);
});

test('names that are no UTF-8, or were cut or overwritten, are not whole', () => {
  const { arena, list } = ask([
    { bytes: Uint8Array.of(0xff), hash: 1234n },
    { bytes: utf8('x'.repeat(240)), hash: hashName('x'.repeat(245)) },
    { bytes: utf8('\ufeffbom'), hash: hashName('\ufeffbom') },
  ]);
  const whole: boolean[] = [];
  answerMisses(arena, list, ({ isWhole }) => {
    whole.push(isWhole);
    return { kind: 'invalidTopic', value: 1 };
  });
  expect(whole).toEqual([false, false, true]);
});

test('an actor that went on meanwhile is left alone', () => {
  const { arena, list, answers, view } = ask([
    { bytes: utf8('a'), hash: hashName('a') },
    { bytes: utf8('b'), hash: hashName('b') },
  ]);
  answerMisses(arena, list, () => {
    view.setUint32(MISSES.asked, (8 << 8) | 2, true); // another list
    return { kind: 'index', value: 3 };
  });
  expect(answers()).toEqual([(3 << 3) | MISS_ANSWER.index, 0]);
});
