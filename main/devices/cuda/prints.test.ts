import { beforeEach, expect, test } from 'vitest';

import { NO_PLACE, PRINT_KIND, REPORT } from '../../../app/abi/cuda-layout.ts';
import { PrintReader } from './prints.ts';

const report = 1024;
const ring = 4096;
const ringWords = 32;

let memory: SharedArrayBuffer;
let u32: Uint32Array;
let reader: PrintReader;

beforeEach(() => {
  memory = new SharedArrayBuffer(8192);
  u32 = new Uint32Array(memory);
  u32[(report + REPORT.prints) >>> 2] = ring;
  u32[(report + REPORT.printWords) >>> 2] = ringWords;
  reader = new PrintReader(memory, report);
});

type Argument = { readonly kind: keyof typeof PRINT_KIND; readonly value: bigint | string };

/** As kernels/cuda/ring_print.h does it. False where there is no room. */
function print(
  format: string,
  given: readonly Argument[] = [],
  place = { block: NO_PLACE, thread: NO_PLACE },
): boolean {
  const words: bigint[] = [BigInt(place.block) | (BigInt(place.thread) << 32n)];
  const putText = (text: string): number => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 8) {
      const word = Buffer.alloc(8);
      bytes.copy(word, 0, at, at + 8);
      words.push(word.readBigUInt64LE());
    }
    return bytes.length;
  };
  for (const { value } of given)
    words.push(typeof value === 'string' ? BigInt(Buffer.from(value).length) : BigInt.asUintN(64, value));
  for (let at = 0; at < given.length; at += 8)
    words.push(
      given
        .slice(at, at + 8)
        .reduce((all, { kind }, index) => all | (BigInt(PRINT_KIND[kind]) << BigInt(8 * index)), 0n),
    );
  const formatBytes = putText(format);
  for (const { value } of given) if (typeof value === 'string') putText(value);
  words.unshift(BigInt(words.length + 1) | (BigInt(formatBytes) << 16n) | (BigInt(given.length) << 32n));
  const tail = u32[(report + REPORT.printTail) >>> 2]!;
  const head = u32[(report + REPORT.printHead) >>> 2]!;
  if (words.length > ringWords - ((tail - head) >>> 0)) {
    u32[(report + REPORT.dropped) >>> 2]! += 1;
    return false;
  }
  const slots = new BigUint64Array(memory, ring, ringWords);
  for (const [index, word] of words.entries()) slots[(tail + index) % ringWords] = word;
  u32[(report + REPORT.printTail) >>> 2] = tail + words.length;
  return true;
}

test('calls come in their order, with their place and all kinds of arguments', () => {
  const bits = new BigUint64Array(new Float64Array([0.1]).buffer)[0]!;
  print('%d %u|%s|%.3f\n', [
    { kind: 'signed32', value: -5n },
    { kind: 'unsigned32', value: 0xffff_ffffn },
    { kind: 'string', value: 'grün' },
    { kind: 'real', value: bits },
  ]);
  print(
    '%lld %p',
    [
      { kind: 'signed64', value: -(2n ** 40n) },
      { kind: 'pointer', value: 0x1000n },
    ],
    { block: 2, thread: 7 },
  );
  expect(reader.drain()).toEqual({
    prints: [
      { text: '-5 4294967295|grün|0.100\n', place: undefined },
      { text: '-1099511627776 0x1000', place: { block: 2, thread: 7 } },
    ],
    dropped: 0,
  });
  expect(reader.drain()).toEqual({ prints: [], dropped: 0 });
});

test('records go over the end of the ring, and positions over 2^32', () => {
  const start = 2 ** 32 - 5;
  u32[(report + REPORT.printTail) >>> 2] = start;
  u32[(report + REPORT.printHead) >>> 2] = start;
  for (let round = 0; round < 50; round++) {
    expect(
      print('round %d of %s', [
        { kind: 'signed32', value: BigInt(round) },
        { kind: 'string', value: 'fifty' },
      ]),
    ).toBe(true);
    expect(reader.drain().prints).toEqual([{ text: `round ${round} of fifty`, place: undefined }]);
  }
});

test('what found no room is counted once, and a drain takes no more than it is asked to', () => {
  while (print('abc'));
  print('lost as well');
  const first = reader.drain(3);
  expect([first.prints.length, first.dropped]).toEqual([3, 2]);
  const rest = reader.drain();
  expect([rest.prints.length, rest.dropped]).toEqual([7, 0]);
});

test.each([
  ['where its ring is', REPORT.prints, 0xffff_fff0],
  ['how large its ring is', REPORT.printWords, 2 ** 31],
  ['how large its ring is', REPORT.printWords, 0],
])('a kernel that writes over %s loses no other text', (_, offset, value) => {
  print('abc');
  u32[(report + offset) >>> 2] = value;
  expect(reader.drain().prints).toMatchObject([{ text: 'abc' }]);
});

test('a kernel that writes over how far it has printed is told nothing of', () => {
  print('abc');
  u32[(report + REPORT.printTail) >>> 2] = 0xffff_fff0;
  expect(reader.drain()).toEqual({ prints: [], dropped: 0 });
  expect(reader.drain()).toEqual({ prints: [], dropped: 0 });
});

test('a long text is cut as on the CPU device', () => {
  print('%2000d', [{ kind: 'signed32', value: 1n }]);
  expect(reader.drain().prints[0]!.text).toBe(' '.repeat(1023));
});

test.each([[0n], [1n], [31n], [3n | (500n << 16n)], [4n | (32n << 32n)]])(
  'a record that a kernel has written over is passed by: %d',
  (word) => {
    print('abc');
    new BigUint64Array(memory, ring, 1)[0] = word;
    expect(reader.drain().prints).toEqual([]);
    print('next');
    expect(reader.drain().prints).toMatchObject([{ text: 'next' }]);
  },
);
