import { StudioError } from '../../app/base/studio-error.ts';

export interface InputLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

const NEWLINE = 10;
const MAX_LINE_BYTES = 64 * 2 ** 20;

/**
 * The lines of a stream that are not blank, without their ends.
 *
 * @throws StudioError `NotUtf8`, `LineTooLong`, with `name:line`
 */
export async function* inputLines(stream: AsyncIterable<unknown>, name: string): AsyncGenerator<InputLine, void> {
  let number = 0;
  for await (const bytes of splitLines(stream, name)) {
    number++;
    const text = decode(bytes, `${name}:${number}`);
    if (text.trim() !== '') yield { number, text };
  }
}

async function* splitLines(stream: AsyncIterable<unknown>, name: string): AsyncGenerator<Buffer, void> {
  let started: Buffer[] = [];
  let startedBytes = 0;
  let count = 0;
  for await (const part of stream) {
    let rest = part as Buffer;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      yield started.length === 0 ? rest.subarray(0, end) : Buffer.concat([...started, rest.subarray(0, end)]);
      count++;
      started = [];
      startedBytes = 0;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) started.push(rest);
    startedBytes += rest.length;
    if (startedBytes > MAX_LINE_BYTES)
      throw new StudioError('LineTooLong', `${name}:${count + 1}: the line is longer than 64 MiB.`);
  }
  if (started.length > 0) yield Buffer.concat(started);
}

function decode(bytes: Buffer, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new StudioError('NotUtf8', `${place}: the line is not UTF-8.`, { cause, tip: 'Save the file as UTF-8.' });
  }
}
