import { sha256 } from '@noble/hashes/sha2.js';

import { StudioError, type Problem } from '../../base/studio-error.ts';
import { roundUp } from '../../device/arena.ts';
import { checkpointHeader, type CheckpointHeader, type Section } from './checkpoint-header.ts';

// The file: 64 bytes of preamble, the header as JSON, the body. Everything is little-endian.
//
//    0   8  "RINGCKPT"
//    8   4  version of this layout
//   12   4  bytes of the header, which ends at a multiple of 8
//   16   8  bytes of the body
//   24   8  reserved, zero
//   32  32  SHA-256 of the bytes 0 to 31 and of everything from 64 on

const MAGIC = 'RINGCKPT';
const VERSION = 1;
const PREAMBLE_BYTES = 64;
const DIGEST_AT = 32;
const WORD = 2 ** 32;
/** A struct in a struct takes four levels. */
const MAX_DEPTH = 512;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING: readonly number[] = [0x5b, 0x7b];
const CLOSING: readonly number[] = [0x5d, 0x7d];

/** A checkpoint that has been read: what the header says, and the bytes that its sections name. */
export interface Checkpoint {
  readonly header: CheckpointHeader;
  readonly body: Uint8Array;
}

/** Collects the body's sections. */
export class BodyWriter {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  add(bytes: Uint8Array): Section {
    const section = { at: this.#size, bytes: bytes.length };
    this.#parts.push(bytes);
    this.#size += roundUp(bytes.length, 8);
    return section;
  }

  finish(): Uint8Array {
    const body = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      body.set(part, at);
      at += roundUp(part.length, 8);
    }
    return body;
  }
}

export function encodeCheckpoint({ header, body }: Checkpoint): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = roundUp(json.length, 8);
  const file = new Uint8Array(PREAMBLE_BYTES + headerBytes + body.length);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, headerBytes, true);
  view.setUint32(16, body.length % WORD, true);
  view.setUint32(20, Math.floor(body.length / WORD), true);
  file.fill(0x20, PREAMBLE_BYTES, PREAMBLE_BYTES + headerBytes);
  file.set(json, PREAMBLE_BYTES);
  file.set(body, PREAMBLE_BYTES + headerBytes);
  file.set(digestOf(file), DIGEST_AT);
  return file;
}

/** @throws StudioError `BadCheckpoint`, `CheckpointTooNew` */
export function decodeCheckpoint(file: Uint8Array): Checkpoint {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = String.fromCharCode(...file.subarray(0, MAGIC.length));
  if (file.length < PREAMBLE_BYTES || magic !== MAGIC) throw bad('it does not begin as one does');
  const version = view.getUint32(8, true);
  if (version > VERSION) {
    const message = `the checkpoint has version ${version.toString()}; this studio reads up to ${VERSION.toString()}.`;
    throw new StudioError('CheckpointTooNew', message, {
      tip: 'Restore it with the version that wrote it, or a newer.',
    });
  }
  const headerBytes = view.getUint32(12, true);
  const bodyBytes = view.getUint32(16, true) + view.getUint32(20, true) * WORD;
  const size = PREAMBLE_BYTES + headerBytes + bodyBytes;
  if (file.length !== size) throw bad(`it has ${file.length.toString()} bytes, and says ${size.toString()}`);
  const digest = digestOf(file);
  if (digest.some((byte, index) => byte !== file[DIGEST_AT + index])) throw bad('its checksum is wrong');
  const body = file.subarray(PREAMBLE_BYTES + headerBytes);
  const header = parseHeader(file.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + headerBytes), body.length);
  return { header, body };
}

/** The bytes of a section. */
export function sectionOf({ body }: Checkpoint, { at, bytes }: Section): Uint8Array {
  return body.subarray(at, at + bytes);
}

function digestOf(file: Uint8Array): Uint8Array {
  return sha256.create().update(file.subarray(0, DIGEST_AT)).update(file.subarray(PREAMBLE_BYTES)).digest();
}

/** How deep brackets are nested in JSON: whoever follows them has a stack. */
function depthOf(json: Uint8Array): number {
  let [depth, deepest] = [0, 0];
  let isInText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (byte === QUOTE) isInText = !isInText;
    else if (isInText) at += byte === BACKSLASH ? 1 : 0;
    else if (OPENING.includes(byte)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.includes(byte)) depth--;
  }
  return deepest;
}

function parseHeader(bytes: Uint8Array, bodyBytes: number): CheckpointHeader {
  if (depthOf(bytes) > MAX_DEPTH) throw bad('its header is nested too deeply');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.slice()));
  } catch (cause) {
    throw bad('its header is not JSON', { cause });
  }
  const parsed = checkpointHeader(bodyBytes).safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue): Problem => {
    return { severity: 'error', code: 'bad-header', message: issue.message, path: issue.path.join('.') };
  });
  throw bad('its header holds what it must not', { problems });
}

/** Its checksum is right and it contradicts itself: nobody's accident. */
export function inconsistent(why: string): StudioError {
  return new StudioError('BadCheckpoint', `this is no whole checkpoint: ${why}.`, { tip: 'Take another checkpoint.' });
}

function bad(why: string, details: { readonly cause?: unknown; readonly problems?: readonly Problem[] } = {}) {
  const tip = 'It was cut off or changed, or is another kind of file: take another checkpoint.';
  return new StudioError('BadCheckpoint', `this is no whole checkpoint: ${why}.`, { tip, ...details });
}
