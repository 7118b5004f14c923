import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { files } from '../compiler.fixture.ts';
import { preparation, paths } from './arguments.ts';
import { encodePrepared, preparedFile, readPrepared } from './prepared.ts';
import { readRingHeaders } from './ring-headers.ts';
import type { Preparation } from './tool-run.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ring-prepared-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const one: Preparation = { files: { 'a.h': 'int a;' }, runs: [{ args: ['x'], files: {}, outputs: ['a.pch'] }] };

function write(name: string, contents: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

describe('what the build prepares for compiler processes', () => {
  test('is of the headers and flags of this checkout, and holds all that a process would prepare', () => {
    const built = readPrepared(
      join(files.processPath, '..', preparedFile),
      preparation(readRingHeaders(files.kernelsDir)),
    );
    expect(Object.keys(built!).sort()).toEqual([paths.prefixHeader, paths.runtime, paths.threads].sort());
  });

  test('comes back as it was written, whatever the order of the files', () => {
    const outputs = { 'a.pch': Uint8Array.of(1, 2, 3) };
    const both = { ...one, files: { 'a.h': 'int a;', 'b.h': '' } };
    const path = write('whole', encodePrepared(both, outputs));
    expect(readPrepared(path, { ...one, files: { 'b.h': '', 'a.h': 'int a;' } })).toEqual(outputs);
  });

  test.each<[string, Preparation]>([
    ['another header', { ...one, files: { 'a.h': 'int b;' } }],
    ['one header more', { ...one, files: { ...one.files, 'b.h': '' } }],
    ['another flag', { ...one, runs: [{ ...one.runs[0]!, args: ['y'] }] }],
  ])('is not taken for %s', (_, other) => {
    const path = write('other', encodePrepared(one, {}));
    expect(readPrepared(path, one)).toEqual({});
    expect(readPrepared(path, other)).toBeUndefined();
  });

  test('that is damaged, cut off or missing is no failure', () => {
    const whole = encodePrepared(one, { 'a.pch': new Uint8Array(64) });
    expect(readPrepared(write('short', whole.subarray(0, 100)), one)).toBeUndefined();
    expect(
      readPrepared(
        write(
          'noise',
          Uint8Array.from(whole, (byte) => byte ^ 0x55),
        ),
        one,
      ),
    ).toBeUndefined();
    expect(readPrepared(write('empty', new Uint8Array()), one)).toBeUndefined();
    expect(readPrepared(join(folder, 'none'), one)).toBeUndefined();
  });
});
