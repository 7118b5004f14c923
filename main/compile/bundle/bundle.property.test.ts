import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StudioError } from '../../../app/base/studio-error.ts';
import { decodeBundle, encodeBundle, type Bundle, type CompiledProgram } from './bundle.ts';

const seed = 20_260;
const runs = { seed, numRuns: 60 };
const name = fc.stringMatching(/^[\w$.]{1,12}$/);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((some) => new Uint8Array(some));
const code = fc.record({
  kind: fc.constantFrom('ptx', 'cubin'),
  architecture: fc.constantFrom('compute_75', 'compute_90', 'sm_86'),
  functions: fc.array(name, { maxLength: 3 }),
  symbols: fc.array(name, { maxLength: 3 }),
  image: bytes(300),
});
const programs: fc.Arbitrary<readonly CompiledProgram[]> = fc.array(
  fc.record({
    file: fc.string({ unit: 'grapheme', maxLength: 20 }),
    key: fc.stringMatching(/^[0-9a-f]{64}$/),
    codes: fc.array(code, { maxLength: 3 }),
    warnings: fc.constantFrom([], [{ severity: 'warning', code: 'compile-warning', message: 'unused' } as const]),
  }),
  { maxLength: 4 },
);
const compiler = fc.record({ kind: fc.constantFrom('nvrtc', 'stand-in'), version: fc.nat(99_000) });
const bundle = fc.tuple(compiler, programs);

function decode(file: Uint8Array): Promise<Bundle> {
  return decodeBundle({ name: 'x.ringbundle', bytes: file });
}

async function unpacked({ programs: all, compiler: by }: Bundle): Promise<unknown> {
  const read = await Promise.all(
    all.map(async (program) => ({
      ...program,
      codes: await Promise.all(program.codes.map(({ unpack }) => unpack())),
    })),
  );
  return [by, read];
}

/** The bytes with a checksum that is right for them. */
function sealed(head: Uint8Array, rest: Uint8Array): Uint8Array {
  return Buffer.concat([head, createHash('sha256').update(rest).digest(), rest]);
}

const headBytes = 'RINGBUNDLE 1\n'.length;

describe('a bundle', () => {
  test('gives back what was put into it, and the same bytes for the same', async () => {
    await fc.assert(
      fc.asyncProperty(bundle, async ([by, all]) => {
        const file = await encodeBundle(by, all);
        expect(await unpacked(await decode(file))).toEqual([by, all]);
        expect(Buffer.compare(file, await encodeBundle(by, all))).toBe(0);
      }),
      runs,
    );
  });

  test('that is cut off, or of which a byte is another one, is refused by a typed error', async () => {
    const altered = fc.tuple(bundle, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(254));
    await fc.assert(
      fc.asyncProperty(altered, async ([[by, all], where, by1]) => {
        const file = await encodeBundle(by, all);
        const at = Math.floor(where * file.length);
        const other = file.map((byte, index) => (index === at ? byte ^ (by1 + 1) : byte));
        for (const wrong of [file.subarray(0, at), other])
          await expect(decode(wrong)).rejects.toBeInstanceOf(StudioError);
      }),
      runs,
    );
  });

  test('whose checksum is right over anything else is refused by a typed error, at the latest when code is unpacked', async () => {
    const forged = fc.tuple(bundle, fc.nat(), bytes(40));
    await fc.assert(
      fc.asyncProperty(forged, async ([[by, all], where, patch]) => {
        const file = await encodeBundle(by, all);
        const rest = Buffer.from(file.subarray(headBytes + 32));
        rest.set(patch.subarray(0, rest.length), where % Math.max(1, rest.length - patch.length));
        const read = decode(sealed(file.subarray(0, headBytes), rest)).then(unpacked);
        await read.catch((error: unknown) => expect(error).toBeInstanceOf(StudioError));
      }),
      runs,
    );
  });

  test('of another version, or of something else, says which and what to do', async () => {
    const file = Buffer.from(await encodeBundle({ kind: 'nvrtc', version: 12_040 }, []));
    file.write('RINGBUNDLE 2');
    await expect(decode(file)).rejects.toMatchObject({
      code: 'BundleVersionUnknown',
      message: "'x.ringbundle' is a bundle of version 2; this Ring Kernel Studio reads version 1.",
      tip: expect.stringContaining('ringstudio precompile') as string,
    });
    for (const text of ['', '{}', 'RINGBUNDLE\n', 'RINGBUNDLE 1']) {
      await expect(decode(Buffer.from(text))).rejects.toMatchObject({ code: 'BundleUnreadable' });
    }
  });
});
