import { StudioError } from '../../../app/base/studio-error.ts';
import type { ScalarKind } from '../../../app/model/message-type.ts';

/** Numbers of a `.npy` file, all dimensions in one, as bytes. The format: numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export interface NpyArray {
  readonly scalar: ScalarKind;
  readonly length: number;
  /** Little-endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const PRELUDE_BYTES = 10;
const ALIGN_BYTES = 64;

/** NumPy's names of element types, without the order of bytes. */
const KINDS: readonly (readonly [descr: string, scalar: ScalarKind, sizeBytes: number])[] = [
  ['f4', 'f32', 4],
  ['f8', 'f64', 8],
  ['i1', 'i8', 1],
  ['u1', 'u8', 1],
  ['i2', 'i16', 2],
  ['u2', 'u16', 2],
  ['i4', 'i32', 4],
  ['u4', 'u32', 4],
  ['i8', 'i64', 8],
  ['u8', 'u64', 8],
  ['b1', 'bool', 1],
  ['i1', 'char', 1],
];

/** @throws StudioError `InvalidNpy` naming the file and what is wrong with it */
export function readNpy(file: Uint8Array, path: string): NpyArray {
  const fail = (why: string, tip?: string): never => {
    throw new StudioError('InvalidNpy', `'${path}' ${why}.`, tip === undefined ? {} : { tip });
  };
  if (MAGIC.some((byte, index) => file[index] !== byte)) fail('is no .npy file');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = file[6] ?? 0;
  if (version < 1 || version > 3 || file.length < 12) fail('is of a version of .npy that is not known');
  const headerAt = version === 1 ? PRELUDE_BYTES : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataAt = headerAt + headerBytes;
  if (dataAt > file.length) fail('ends within its header');
  const { descr, isFortran, shape } = readHeader(new TextDecoder().decode(file.subarray(headerAt, dataAt)), fail);
  const [order, kind] = [descr[0] ?? '', descr.slice(1)];
  const known = KINDS.find(([name]) => name === kind);
  if (known === undefined || !'<>|='.includes(order))
    return fail(
      `holds '${descr}', which is no element type here`,
      'Save it as float32, float64, or integers of a fixed width.',
    );
  const [, scalar, sizeBytes] = known;
  if (order === '>' && sizeBytes > 1) fail('is big-endian', `Save it with .astype('<${kind}').`);
  if (isFortran && shape.length > 1) fail('is in Fortran order', 'Save it with numpy.ascontiguousarray.');
  const length = shape.reduce((product, count) => product * count, 1);
  if (dataAt + length * sizeBytes !== file.length)
    fail(`has ${file.length - dataAt} bytes of data, and its shape (${shape.join(', ')}) needs ${length * sizeBytes}`);
  return { scalar, length, bytes: new Uint8Array(file.subarray(dataAt)) };
}

/** A `.npy` file of one dimension. */
export function writeNpy({ scalar, length, bytes }: NpyArray): Uint8Array<ArrayBuffer> {
  const [descr, , sizeBytes] = KINDS.find(([, kind]) => kind === scalar)!;
  const header = `{'descr': '${sizeBytes === 1 ? '|' : '<'}${descr}', 'fortran_order': False, 'shape': (${length},), }`;
  const paddedBytes = Math.ceil((PRELUDE_BYTES + header.length + 1) / ALIGN_BYTES) * ALIGN_BYTES - PRELUDE_BYTES;
  const text = new TextEncoder().encode(`${header.padEnd(paddedBytes - 1)}\n`);
  const file = new Uint8Array(PRELUDE_BYTES + paddedBytes + bytes.length);
  file.set([...MAGIC, 1, 0]);
  new DataView(file.buffer).setUint16(8, paddedBytes, true);
  file.set(text, PRELUDE_BYTES);
  file.set(bytes, PRELUDE_BYTES + paddedBytes);
  return file;
}

/** The three entries of a Python dictionary that NumPy writes, in whatever order. */
function readHeader(text: string, fail: (why: string) => never) {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (descr === undefined) return fail('holds no plain array of numbers');
  if (order === undefined || shape === undefined) return fail('has a header that cannot be read');
  const counts = shape.split(',').map((part) => part.trim());
  return { descr, isFortran: order === 'True', shape: counts.filter((part) => part !== '').map(Number) };
}
