import { StudioError } from '../../../app/base/studio-error.ts';

/** Offset of the first byte that is not part of well-formed UTF-8 (Unicode 15, table 3-7), or undefined. */
export function findUtf8Error(bytes: Uint8Array): number | undefined {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return undefined;
}

/** @throws StudioError `NotUtf8` naming the file and the line */
export function utf8Text(bytes: Uint8Array, path: string): string {
  const offset = findUtf8Error(bytes);
  if (offset === undefined) return new TextDecoder().decode(bytes);
  const line = bytes.subarray(0, offset).filter((byte) => byte === 10).length + 1;
  const message = `${path}:${line}: the file is not UTF-8 (byte 0x${bytes[offset]!.toString(16).padStart(2, '0')} at offset ${offset}).`;
  throw new StudioError('NotUtf8', message, { tip: 'Save it as UTF-8.' });
}

/** Bytes of the sequence that begins at `at`; 0 when it is ill-formed. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const [low, high] = secondByteRange(lead);
  const second = bytes[at + 1] ?? 0;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i += 1) {
    if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** Excludes overlong forms, surrogates and what lies beyond U+10FFFF. */
function secondByteRange(lead: number): readonly [number, number] {
  switch (lead) {
    case 0xe0:
      return [0xa0, 0xbf];
    case 0xed:
      return [0x80, 0x9f];
    case 0xf0:
      return [0x90, 0xbf];
    case 0xf4:
      return [0x80, 0x8f];
    default:
      return [0x80, 0xbf];
  }
}
