import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { z } from 'zod';
import { StudioError, type Problem } from '../../../app/base/studio-error.ts';
import type { CudaCode } from '../../../app/model/program.ts';
import { codeHead, remarks } from '../cache/cached-schema.ts';
import { formatSize } from '../limits.ts';

/** Code for GPUs that was compiled before: what a machine without NVRTC runs. */
export interface Bundle {
  readonly compiler: BundleCompiler;
  readonly programs: readonly BundledProgram[];
}

export interface BundleCompiler {
  /** The driver stand-in's code is for the driver stand-in alone, and that of NVRTC for GPUs. */
  readonly kind: 'nvrtc' | 'stand-in';
  /** 1000 × major + 10 × minor: no older driver reads its PTX. */
  readonly version: number;
}

interface ProgramHead {
  /** The main file within its project. */
  readonly file: string;
  /** Of all that the code was made from (`bundleKey`). */
  readonly key: string;
  readonly warnings: readonly Problem[];
}

/** A program as it is put into a bundle. */
export interface CompiledProgram extends ProgramHead {
  /** One for each architecture. */
  readonly codes: readonly CudaCode[];
}

/** A program in a bundle. */
export interface BundledProgram extends ProgramHead {
  readonly codes: readonly BundledCode[];
}

export interface BundledCode extends Omit<CudaCode, 'image'> {
  readonly sizeBytes: number;
  /** @throws StudioError `BundleUnreadable` */
  readonly unpack: () => Promise<CudaCode>;
}

/** Bytes of a bundle, and what messages call it. */
export interface BundleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const bundleSuffix = '.ringbundle';
/** Raised when a reader of the last one would misunderstand a bundle. */
const formatVersion = 1;
const mark = 'RINGBUNDLE';
const beginning = new RegExp(`^${mark} (\\d{1,9})\\n`);
const hashBytes = 32;
/** Of a file; none that is made of a project's kernels comes near. */
export const mostBundleBytes = 64 * 1024 * 1024;
/** Of one program's code. */
const mostPlainBytes = 512 * 1024 * 1024;
/** What is unpacked comes in pieces of this size. */
const chunkSize = 1024 * 1024;

const index = z.object({
  compiler: z.object({ kind: z.enum(['nvrtc', 'stand-in']), version: z.number().int().nonnegative() }),
  programs: z.array(
    z.object({
      file: z.string(),
      key: z.string().regex(/^[0-9a-f]{64}$/),
      codes: z.array(codeHead.extend({ sizeBytes: z.number().int().nonnegative() })),
      packedBytes: z.number().int().nonnegative(),
      warnings: remarks,
    }),
  ),
});

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/**
 * `RINGBUNDLE 1` and a line feed; the SHA-256 of the rest; length of the index (32 bits, little endian); the index as JSON; then
 * for each program the code for all its architectures, packed together by Brotli. The same programs give the same bytes.
 */
export async function encodeBundle(
  compiler: BundleCompiler,
  programs: readonly CompiledProgram[],
): Promise<Uint8Array> {
  const packed = await Promise.all(programs.map(({ codes }) => pack(codes.map(({ image }) => image))));
  const listed = programs.map(({ codes, ...program }, at) => ({
    ...program,
    codes: codes.map(({ image, ...code }) => ({ ...code, sizeBytes: image.length })),
    packedBytes: packed[at]!.length,
  }));
  const text = Buffer.from(JSON.stringify({ compiler, programs: listed }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const rest = Buffer.concat([length, text, ...packed]);
  return Buffer.concat([Buffer.from(`${mark} ${formatVersion}\n`), sha256(rest), rest]);
}

function pack(images: readonly Uint8Array[]): Promise<Buffer> {
  // The same program for another architecture lies within the window: it adds next to nothing.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return compress(Buffer.concat(images), { params });
}

/** @throws StudioError `BundleUnreadable`, `BundleVersionUnknown` */
export async function decodeBundle({ name, bytes }: BundleFile): Promise<Bundle> {
  const found = beginning.exec(Buffer.from(bytes.subarray(0, 32)).toString('latin1'));
  if (found === null) throw unreadable(name, 'it does not begin as one');
  const version = Number(found[1]);
  if (version !== formatVersion) throw unknownVersion(name, version);
  if (bytes.length > mostBundleBytes) {
    throw unreadable(name, `it has ${formatSize(bytes.length)}, and a bundle at most ${formatSize(mostBundleBytes)}`);
  }
  const checksumAt = found[0].length;
  const checksum = bytes.subarray(checksumAt, checksumAt + hashBytes);
  const rest = bytes.subarray(checksumAt + hashBytes);
  if (!sha256(rest).equals(checksum)) throw unreadable(name, 'it is damaged or cut off');
  try {
    return readIndex(name, Buffer.from(rest.buffer, rest.byteOffset, rest.byteLength));
  } catch (cause) {
    throw unreadable(name, 'its index is none', cause);
  }
}

/** @throws where it is not what `encodeBundle` wrote */
function readIndex(name: string, rest: Buffer): Bundle {
  let at = 4 + rest.readUInt32LE(0);
  const { compiler, programs } = index.parse(JSON.parse(rest.toString('utf8', 4, at)));
  const read = programs.map(({ codes, warnings, packedBytes, ...program }): BundledProgram => {
    const packed = rest.subarray(at, (at += packedBytes));
    const sizes = codes.map(({ sizeBytes }) => sizeBytes);
    return {
      ...program,
      warnings: warnings as readonly Problem[], // zod's optional fields may be undefined, which JSON has not
      codes: codes.map((code, which) => ({ ...code, unpack: () => unpack(name, { packed, sizes, code, which }) })),
    };
  });
  if (at !== rest.length) throw new RangeError('its length is another one than the index tells');
  return { compiler, programs: read };
}

interface PackedCode {
  readonly packed: Uint8Array;
  /** Of all code that is packed together. */
  readonly sizes: readonly number[];
  readonly code: Omit<BundledCode, 'unpack'>;
  /** Which of them. */
  readonly which: number;
}

async function unpack(name: string, { packed, sizes, code, which }: PackedCode): Promise<CudaCode> {
  const sum = (until: number): number => sizes.slice(0, until).reduce((total, size) => total + size, 0);
  const plain = await decompress(packed, { maxOutputLength: mostPlainBytes, chunkSize }).catch((cause: unknown) => {
    throw unreadable(name, 'code in it cannot be unpacked', cause);
  });
  if (plain.length !== sum(sizes.length)) throw unreadable(name, 'code in it has another size than its index tells');
  const { sizeBytes, ...head } = code;
  return { ...head, image: new Uint8Array(plain.subarray(sum(which), sum(which) + sizeBytes)) };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function unreadable(name: string, reason: string, cause?: unknown): StudioError {
  return new StudioError(
    'BundleUnreadable',
    `'${name}' is no bundle of precompiled code that can be read: ${reason}.`,
    {
      ...(cause !== undefined && { cause }),
      tip: 'Make it anew with ringstudio precompile, or delete it.',
    },
  );
}

function unknownVersion(name: string, version: number): StudioError {
  const message = `'${name}' is a bundle of version ${version}; this Ring Kernel Studio reads version ${formatVersion}.`;
  return new StudioError('BundleVersionUnknown', message, {
    tip: 'Make it anew with ringstudio precompile of this version.',
  });
}
