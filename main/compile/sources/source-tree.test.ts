import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StudioError } from '../../../app/base/studio-error.ts';
import { nothingBut } from './project-folder.ts';
import { readSourceTree, type SourceTree } from './source-tree.ts';

let folder = '';
let count = 0;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ring-sources-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function project(files: Readonly<Record<string, string | Uint8Array>>): string {
  const dir = join(folder, `${count++}`, 'project');
  mkdirSync(dir, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return dir;
}

async function treeOf(dir: string, main = 'main.cu'): Promise<SourceTree> {
  const result = await readSourceTree(dir, main);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.tree;
}

describe('the source tree', () => {
  test('takes drafts for what is on disk, also where nothing is there yet', async () => {
    const dir = project({ 'main.cu': '#include "a.h"\n', 'a.h': 'old', 'b.h': 'same' });
    const overlay = new Map([
      ['a.h', '#include "b.h"\n#include "new/c.h"\nnew'],
      ['new/c.h', 'draft'],
      ['unused.h', ''],
    ]);
    const result = await readSourceTree(dir, 'main.cu', overlay);
    const files = result.ok ? [...result.tree.files.values()] : [];
    expect(files.map(({ path, text }) => [path, text])).toEqual([
      ['main.cu', '#include "a.h"\n'],
      ['a.h', '#include "b.h"\n#include "new/c.h"\nnew'],
      ['b.h', 'same'],
      ['new/c.h', 'draft'],
    ]);
  });

  test('of texts that are all there is finds nothing that has come to the disk since', async () => {
    const dir = project({ 'main.cu': '#include "b.h"\n', 'b.h': 'came later', 'inc/b.h': 'agreed to' });
    const texts = new Map([
      ['main.cu', '#include "inc/a.h"\n'],
      ['inc/a.h', '#include "b.h"\n'],
      ['b.h', 'agreed to'],
    ]);
    const result = await readSourceTree(dir, 'main.cu', nothingBut(texts));
    if (!result.ok) throw new Error(result.problems[0]?.message);
    expect([...result.tree.files.keys()]).toEqual(['main.cu', 'inc/a.h', 'b.h']);
    expect(result.tree.files.get('b.h')?.text).toContain('agreed to');
  });

  test('holds the closure of includes and nothing else, the main file first', async () => {
    const dir = project({
      'main.cu': '#include <ring_kernel.cuh>\n#include "parts/a.h"\n#include <common.h>\n#include "gone.h"\n',
      'parts/a.h': '#include "b.h"\n#include "common.h"\n',
      'parts/b.h': '#include "a.h"\n',
      'common.h': '',
      'unused.h': '',
    });
    const tree = await treeOf(dir);
    expect([...tree.files.keys()]).toEqual(['main.cu', 'parts/a.h', 'parts/b.h', 'common.h']);
    expect(tree).toMatchObject({ projectDir: dir, main: 'main.cu', includesRingKernel: true, outsideIncludes: [] });
  });

  test('a file beside the including one comes before one in the project folder', async () => {
    const tree = await treeOf(
      project({ 'main.cu': '#include "d/a.h"', 'd/a.h': '#include "x.h"', 'd/x.h': '', 'x.h': '' }),
    );
    expect([...tree.files.keys()]).toEqual(['main.cu', 'd/a.h', 'd/x.h']);
  });

  test('includes through the parent folder are spelled absolute for the virtual file system', async () => {
    const tree = await treeOf(
      project({ 'k/main.cu': 'int a;\n#include "../common/./c.h"\n', 'common/c.h': '' }),
      'k/main.cu',
    );
    expect(tree.files.get('k/main.cu')?.text).toBe('int a;\n#include "/project/common/c.h"\n');
    expect([...tree.files.keys()]).toEqual(['k/main.cu', 'common/c.h']);
  });

  test('nothing outside the project is read, by path, absolute path or symbolic link', async () => {
    const dir = project({
      'main.cu': '#include "../secret.h"\n#include "linked.h"\n#include "dir/secret.h"\n',
      'ok.h': '',
    });
    const secret = join(dirname(dir), 'secret.h');
    writeFileSync(secret, 'int secret;');
    symlinkSync(secret, join(dir, 'linked.h'));
    symlinkSync(dirname(dir), join(dir, 'dir'));
    writeFileSync(join(dir, 'absolute.cu'), `#include "${secret}"\n#include <${secret}>\n`);
    const tree = await treeOf(dir);
    expect([...tree.files.keys()]).toEqual(['main.cu']);
    expect(tree.outsideIncludes).toEqual([1, 2, 3].map((line) => ({ file: 'main.cu', line })));
    const absolute = await treeOf(dir, 'absolute.cu');
    expect([...absolute.files.keys()]).toEqual(['absolute.cu']);
    expect(absolute.outsideIncludes.map(({ line }) => line)).toEqual([1, 2]);
  });

  test('symbolic links inside the project are followed', async () => {
    const dir = project({ 'main.cu': '#include "link.h"\n', 'real.h': 'int x;' });
    symlinkSync('real.h', join(dir, 'link.h'));
    expect((await treeOf(dir)).files.get('link.h')?.text).toBe('int x;');
  });

  test('a project folder behind a symbolic link is that folder', async () => {
    const dir = project({ 'main.cu': '' });
    symlinkSync(dir, join(dirname(dir), 'alias'));
    expect((await treeOf(join(dirname(dir), 'alias'), join(dir, 'main.cu'))).projectDir).toBe(dir);
  });

  test('a file that is not UTF-8 is named, with offset and line', async () => {
    const dir = project({
      'main.cu': '#include "latin.h"\n',
      'latin.h': Buffer.from('int a;\n// gr\xf6\xdfe\n', 'latin1'),
    });
    expect(await readSourceTree(dir, 'main.cu')).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'not-utf8',
          message: 'latin.h is not UTF-8: byte 0xf6 at offset 12',
          location: { file: 'latin.h', line: 2 },
        },
      ],
    });
    const wide = project({ 'main.cu': Buffer.from('\ufeffint x;', 'utf16le') });
    expect(await readSourceTree(wide, 'main.cu')).toMatchObject({
      problems: [{ message: expect.stringContaining('it looks like UTF-16') }],
    });
  });

  test('a file that is too large is refused with its size, without reading it', async () => {
    const dir = project({ 'main.cu': '\n#include "data.h"\n', 'data.h': '' });
    truncateSync(join(dir, 'data.h'), 8 * 1024 * 1024 + 1);
    expect(await readSourceTree(dir, 'main.cu')).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'source-too-large',
          message: 'data.h has 8.1 MiB, and a source at most 8 MiB',
          location: { file: 'main.cu', line: 2 },
        },
      ],
    });
    expect(await readSourceTree(dir, 'data.h')).toMatchObject({ ok: false, problems: [{ code: 'source-too-large' }] });
    truncateSync(join(dir, 'data.h'), 8 * 1024 * 1024);
    expect((await treeOf(dir, 'data.h')).files.get('data.h')?.text).toHaveLength(8 * 1024 * 1024);
  });

  test('what is not a file is refused without waiting for it', async (ctx) => {
    if (process.platform === 'win32') ctx.skip('Windows has no named pipes in folders');
    const dir = project({ 'main.cu': '#include "pipe.h"\n', 'folder.cu': '#include "d"\n', 'd/x.h': '' });
    execFileSync('mkfifo', [join(dir, 'pipe.h')]);
    expect(await readSourceTree(dir, 'main.cu')).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'include-not-a-file',
          message: "'pipe.h' is a pipe, not a file",
          location: { file: 'main.cu', line: 1 },
        },
      ],
    });
    await expect(readSourceTree(dir, 'pipe.h')).rejects.toThrow("'pipe.h' is a pipe, not a file");
    await expect(readSourceTree(dir, 'd')).rejects.toThrow("'d' is a folder, not a file");
    await expect(readSourceTree('/dev', 'zero')).rejects.toThrow("'zero' is a device, not a file");
    expect([...(await treeOf(dir, 'folder.cu')).files.keys()]).toEqual(['folder.cu']);
  });

  test('what is not there is a typed error', async () => {
    const dir = project({ 'main.cu': '', 'd/x.h': '' });
    const codeOf = (path: string, file: string): Promise<string> =>
      readSourceTree(path, file).then(
        () => 'none',
        (error: unknown) => (error instanceof StudioError ? error.code : String(error)),
      );
    expect(await codeOf(dir, 'nope.cu')).toBe('SourceNotFound');
    expect(await codeOf(dir, 'd')).toBe('SourceUnreadable');
    expect(await codeOf(dir, 'main.cu/x')).toBe('SourceNotFound');
    expect(await codeOf(dir, '../main.cu')).toBe('SourceOutsideProject');
    expect(await codeOf(join(dir, 'nope'), 'main.cu')).toBe('ProjectNotFound');
    expect(await codeOf(join(dir, 'main.cu'), 'main.cu')).toBe('ProjectNotFound');
  });
});
