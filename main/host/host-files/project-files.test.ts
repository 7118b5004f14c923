import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { StudioError } from '../../../app/base/studio-error.ts';
import { decodeJson } from '../../../app/model/codec/json-decode.ts';
import { encodeJson } from '../../../app/model/codec/json-encode.ts';
import { fromCells, toCells } from '../../../app/model/host-message/csv-cells.ts';
import type { Json } from '../../../app/model/message-type.ts';
import type { FileRecord, HostFiles } from '../../../app/runtime/host-actors/host-files.ts';
import { arbitraryMessage, arbitraryStruct } from '../../../app/testing/arbitrary-messages.ts';
import { errorOf } from '../../../app/testing/conformance/bench.ts';
import { projectHostFiles } from './project-files.ts';

const run = promisify(execFile);

let outside: string;
let dir: string;
let files: HostFiles;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'ringstudio-files-'));
  dir = join(outside, 'project');
  await mkdir(dir);
  files = projectHostFiles(dir);
});

afterEach(() => rm(outside, { recursive: true, force: true }));

type Row = Readonly<Record<string, Json>>;

async function write(path: string, rows: readonly Row[], mode: 'replace' | 'append' = 'replace'): Promise<void> {
  const writer = await files.write(path, { mode });
  try {
    await writer.write(rows);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await writer.commit();
}

async function read(path: string): Promise<FileRecord[]> {
  const records: FileRecord[] = [];
  for await (const record of await files.read(path)) records.push(record);
  return records;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error as StudioError).code,
  );
}

describe('data files of a project', () => {
  test('JSON lines come back with their lines; blank ones are passed over, others named', async () => {
    await writeFile(join(dir, 'in.jsonl'), '{"a":1}\n\n[1]\n{"a":12345678901234567890}\nnonsense\n');
    expect(await read('in.jsonl')).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 3, problem: 'it is no JSON object.' },
      { line: 4, value: { a: 12345678901234567890n } },
      { line: 5, problem: expect.stringContaining('JSON') },
    ]);
  });

  test('rows of CSV come by their columns; one with too many cells is named', async () => {
    await writeFile(join(dir, 'in.csv'), '\ufeffa,b\n1,"two\nlines"\n3,4,5\n6,""\n');
    expect(await read('in.csv')).toEqual([
      { line: 3, value: { a: '1', b: 'two\nlines' } },
      { line: 4, problem: expect.stringContaining('Invalid Record Length') },
      { line: 5, value: { a: '6', b: '' } },
    ]);
  });

  test('a replaced file appears when it is complete, and an abandoned one never', async () => {
    await writeFile(join(dir, 'out.jsonl'), 'old\n');
    const writer = await files.write('out.jsonl', { mode: 'replace' });
    await writer.write([{ a: 1 }]);
    expect(await readFile(join(dir, 'out.jsonl'), 'utf8')).toBe('old\n');
    await writer.commit();
    expect(await readFile(join(dir, 'out.jsonl'), 'utf8')).toBe('{"a":1}\n');
    const abandoned = await files.write('out.jsonl', { mode: 'replace' });
    await abandoned.write([{ a: 2 }]);
    await abandoned.abandon();
    expect(await readFile(join(dir, 'out.jsonl'), 'utf8')).toBe('{"a":1}\n');
    expect(await readdir(dir)).toEqual(['out.jsonl']);
  });

  test('appending begins on a line of its own, and keeps the columns of a CSV file', async () => {
    await writeFile(join(dir, 'log.jsonl'), '{"torn":');
    await write('log.jsonl', [{ a: 1 }], 'append');
    expect(await readFile(join(dir, 'log.jsonl'), 'utf8')).toBe('{"torn":\n{"a":1}\n');
    await write('log.csv', [{ a: '1', b: 'x' }], 'append');
    await write('log.csv', [{ b: 'y,z', a: '2' }], 'append');
    expect(await readFile(join(dir, 'log.csv'), 'utf8')).toBe('a,b\n1,x\n2,"y,z"\n');
    expect(await codeOf(write('log.csv', [{ a: '1', c: '2' }], 'append'))).toBe('ColumnsDiffer');
  });

  test('folders within the project are made', async () => {
    await write('results/today/out.jsonl', [{ a: 1 }]);
    expect(await readFile(join(dir, 'results/today/out.jsonl'), 'utf8')).toBe('{"a":1}\n');
  });

  test('nothing outside is read or written, by dots, absolute paths or links', async () => {
    await writeFile(join(outside, 'secret.jsonl'), '{"a":1}\n');
    await mkdir(join(outside, 'elsewhere'));
    await symlink(join(outside, 'secret.jsonl'), join(dir, 'link.jsonl'));
    await symlink(join(outside, 'elsewhere'), join(dir, 'folder'));
    await symlink(join(outside, 'not-there-yet.jsonl'), join(dir, 'dangling.jsonl'));
    const paths = [
      '../secret.jsonl',
      join(outside, 'secret.jsonl'),
      'link.jsonl',
      'folder/out.jsonl',
      'folder/new/out.jsonl',
    ];
    for (const path of paths) {
      const isLink = path.startsWith('folder');
      if (!isLink) expect(await codeOf(files.read(path)), path).toBe('PathOutsideProject');
      for (const mode of ['replace', 'append'] as const)
        expect(await codeOf(write(path, [{ a: 2 }], mode)), `${mode} ${path}`).toBe('PathOutsideProject');
    }
    expect(await codeOf(write('dangling.jsonl', [{ a: 2 }], 'append'))).toBe('FileNotWritable');
    expect(await readFile(join(outside, 'secret.jsonl'), 'utf8')).toBe('{"a":1}\n');
    expect(await readdir(join(outside, 'elsewhere'))).toEqual([]);
    expect(await readdir(outside)).not.toContain('not-there-yet.jsonl');
  });

  test('a link to a file within the project is followed', async () => {
    await writeFile(join(dir, 'real.jsonl'), '');
    await symlink('real.jsonl', join(dir, 'link.jsonl'));
    await write('link.jsonl', [{ a: 1 }]);
    expect(await readFile(join(dir, 'real.jsonl'), 'utf8')).toBe('{"a":1}\n');
  });

  test('what is no file, or not there, says so', async () => {
    await mkdir(join(dir, 'folder.jsonl'));
    expect(await codeOf(files.read('none.jsonl'))).toBe('FileNotFound');
    expect(await codeOf(files.read('folder.jsonl'))).toBe('NotAFile');
    expect(await codeOf(files.write('folder.jsonl', { mode: 'replace' }))).toBe('NotAFile');
    expect(await codeOf(write('folder.jsonl', [{ a: 1 }], 'append'))).toBe('FileNotWritable');
    expect((await stat(join(dir, 'folder.jsonl'))).isDirectory()).toBe(true);
  });

  test('rows that cannot take the place of their file stay beside it, and the error names them', async () => {
    const writer = await files.write('out.jsonl', { mode: 'replace' });
    await writer.write([{ a: 1 }]);
    await mkdir(join(dir, 'out.jsonl'));
    const { code, message } = await errorOf(() => writer.commit());
    const name = (await readdir(dir)).find((entry) => entry.endsWith('.tmp')) ?? '';
    expect([code, message]).toEqual([
      'FileNotWritable',
      expect.stringContaining(`its rows are in '${name}' beside it.`),
    ]);
    expect(await readFile(join(dir, name), 'utf8')).toBe('{"a":1}\n');
  });

  test.skipIf(process.platform === 'win32')('a line that cannot be ended before rows are added says so', async () => {
    await writeFile(join(dir, 'log.jsonl'), 'x'.repeat(8 * 512));
    const script = [
      `import { projectHostFiles } from ${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)};`,
      "process.on('SIGXFSZ', () => undefined);",
      `await projectHostFiles(${JSON.stringify(dir)}).write('log.jsonl', { mode: 'append' }).catch(({ code }) => console.log(code));`,
    ].join('\n');
    const { stdout } = await run('sh', [
      '-c',
      'ulimit -f 8 && exec "$@"',
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
    ]);
    expect(stdout).toBe('FileNotWritable\n');
  });

  test('random messages come back as they were, from JSON lines and from CSV', async () => {
    const typed = arbitraryStruct().chain((type) => arbitraryMessage(type).map((message) => ({ type, message })));
    let number = 0;
    const property = fc.asyncProperty(fc.constantFrom('jsonl', 'csv'), typed, async (format, { type, message }) => {
      // A column of that name sets the prototype of the parser's rows; without fields a row has no cells.
      fc.pre(format === 'jsonl' || (type.fields.length > 0 && type.fields.every(({ name }) => name !== '__proto__')));
      const bytes = new Uint8Array(type.sizeBytes);
      expect(encodeJson(type, message, bytes)).toEqual([]);
      const json = decodeJson(type, bytes) as Row;
      const path = `${number++}.${format}`;
      await write(path, [format === 'csv' ? toCells(json) : json, format === 'csv' ? toCells(json) : json]);
      const records = await read(path);
      expect(records).toHaveLength(2);
      for (const record of records) {
        const value = 'value' in record ? record.value : {};
        const again = new Uint8Array(type.sizeBytes);
        expect(encodeJson(type, format === 'csv' ? fromCells(type, value) : value, again)).toEqual([]);
        expect(again).toEqual(bytes);
      }
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
