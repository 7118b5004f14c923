import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputLines, type InputLine } from './input-lines.ts';

async function read(chunks: readonly Uint8Array[]): Promise<InputLine[]> {
  const lines: InputLine[] = [];
  for await (const line of inputLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), 'in')) lines.push(line);
  return lines;
}

test('lines are the same however the bytes are cut', async () => {
  const text = fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r\n', ' ', '\n\n'), { maxLength: 40 });
  const property = fc.asyncProperty(text, fc.array(fc.nat(60), { maxLength: 8 }), async (parts, cuts) => {
    const bytes = Buffer.from(parts.join(''));
    const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
    const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
    const expected = parts
      .join('')
      .split('\n')
      .map((line, index) => ({ number: index + 1, text: line }))
      .filter((line) => line.text.trim() !== '');
    expect(await read(chunks)).toEqual(expected);
  });
  await fc.assert(property);
});

test('a line that is not UTF-8 is named by its number; those before it are given', async () => {
  const lines = inputLines(Readable.from([Buffer.from('one\n\n'), Buffer.from([0xff, 10])]), 'in.jsonl');
  expect((await lines.next()).value).toEqual({ number: 1, text: 'one' });
  await expect(lines.next()).rejects.toMatchObject({ code: 'NotUtf8', message: 'in.jsonl:3: the line is not UTF-8.' });
});
