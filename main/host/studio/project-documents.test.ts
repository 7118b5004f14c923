import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProjectDocuments } from './project-documents.ts';
import { HostFixture } from './studio-host.fixture.ts';
import type { OpenProject } from './project-host.ts';

const TOPOLOGY = JSON.stringify({ version: 1, name: 'Files', actors: [] });
const FILES = { 'topology.ring.json': TOPOLOGY, 'notes.md': 'one', 'parts/a.csv': '1,2' };

interface Opened {
  readonly dir: string;
  readonly project: OpenProject;
}

async function open(fixture: HostFixture, files: Readonly<Record<string, string>> = FILES): Promise<Opened> {
  const dir = fixture.folderWith('project', files);
  return { dir, project: await fixture.open(dir) };
}

describe('the files of a project', () => {
  test('are those that the studio shows, and nothing of node_modules, dot folders and links that lead out', async () => {
    await using fixture = new HostFixture();
    const outside = fixture.folderWith('outside', { 'secret.md': 'secret' });
    const dir = fixture.folderWith('project', {
      ...FILES,
      'node_modules/x/readme.md': '',
      '.git/config.json': '',
      'program.exe': '',
    });
    writeFileSync(join(dir, 'latin1.md'), Buffer.from([0xe9, 0x0a]));
    symlinkSync(join(outside, 'secret.md'), join(dir, 'link.md'));
    const { files } = await fixture.snapshot(await fixture.open(dir));
    expect(files.map(({ path }) => path)).toEqual(['notes.md', 'parts/a.csv', 'topology.ring.json']);
  });

  test('are edited by two windows: who comes second is told what is there now', async () => {
    await using fixture = new HostFixture();
    const { project } = await open(fixture);
    const { version } = await fixture.file(project, 'notes.md');
    const path = 'notes.md';
    const first = await project.edit({ path, text: 'from a', baseVersion: version, clientId: 'a' });
    expect(first).toMatchObject({ kind: 'accepted' });
    const second = await project.edit({ path, text: 'from b', baseVersion: version, clientId: 'b' });
    expect(second).toMatchObject({ kind: 'outdated', file: { text: 'from a', isDirty: true } });
    const nowhere = project.edit({ path: 'nowhere.md', text: '', baseVersion: 0, clientId: 'a' });
    await expect(nowhere).rejects.toMatchObject({ code: 'UnknownFile' });
  });

  test('are written when they are saved, and not before', async () => {
    await using fixture = new HostFixture();
    const { dir, project } = await open(fixture);
    await fixture.edit(project, 'notes.md', () => 'two');
    expect(readFileSync(join(dir, 'notes.md'), 'utf8')).toBe('one');
    await project.save(['notes.md']);
    expect(readFileSync(join(dir, 'notes.md'), 'utf8')).toBe('two');
    expect(await fixture.file(project, 'notes.md')).toMatchObject({ text: 'two', isDirty: false });
  });

  test('come back unsaved after a restart, in conflict where the disk has changed meanwhile', async () => {
    await using fixture = new HostFixture();
    const { dir, project } = await open(fixture);
    await fixture.edit(project, 'notes.md', () => 'mine');
    await fixture.edit(project, 'parts/a.csv', () => '3,4');
    await fixture.restart();
    writeFileSync(join(dir, 'notes.md'), 'theirs');
    const again = await fixture.open(dir);
    expect(await fixture.file(again, 'notes.md')).toMatchObject({ text: 'mine', conflict: 'changed-on-disk' });
    const quiet = await fixture.file(again, 'parts/a.csv');
    expect(quiet).toMatchObject({ text: '3,4', isDirty: true });
    expect(quiet.conflict).toBeUndefined();
    await expect(again.save(undefined)).rejects.toMatchObject({ code: 'FileConflict' });
    expect(readFileSync(join(dir, 'notes.md'), 'utf8')).toBe('theirs');
    expect(readFileSync(join(dir, 'parts/a.csv'), 'utf8')).toBe('3,4');
    await again.resolveConflict('notes.md', 'draft');
    await again.save(undefined);
    expect(readFileSync(join(dir, 'notes.md'), 'utf8')).toBe('mine');
  });

  test('follow what others do on disk, unless there are edits', async () => {
    await using fixture = new HostFixture();
    const { dir, project } = await open(fixture);
    writeFileSync(join(dir, 'notes.md'), 'theirs');
    writeFileSync(join(dir, 'new.md'), 'new');
    unlinkSync(join(dir, 'parts/a.csv'));
    const texts = (files: readonly { path: string; text: string }[]): unknown =>
      files.map(({ path, text }) => [path, text]);
    const wanted = [
      ['new.md', 'new'],
      ['notes.md', 'theirs'],
      ['topology.ring.json', TOPOLOGY],
    ];
    await fixture.until(project, ({ files }) => JSON.stringify(texts(files)) === JSON.stringify(wanted), 'it is seen');
    await fixture.edit(project, 'notes.md', () => 'mine');
    writeFileSync(join(dir, 'notes.md'), 'theirs again');
    await fixture.until(
      project,
      ({ files }) => files.some(({ conflict }) => conflict === 'changed-on-disk'),
      'conflict',
    );
    unlinkSync(join(dir, 'notes.md'));
    await fixture.until(project, ({ files }) => files.some(({ conflict }) => conflict === 'deleted-on-disk'), 'gone');
    expect((await fixture.file(project, 'notes.md')).text).toBe('mine');
    await project.resolveConflict('notes.md', 'disk');
    expect((await fixture.snapshot(project)).files.map(({ path }) => path)).not.toContain('notes.md');
  });

  test('are never saved over what the studio has not seen', async () => {
    await using fixture = new HostFixture();
    const { dir, project } = await open(fixture);
    await fixture.edit(project, 'notes.md', () => 'mine');
    writeFileSync(join(dir, 'notes.md'), 'theirs');
    await expect(project.save(['notes.md'])).rejects.toMatchObject({ code: 'FileConflict' });
    expect(readFileSync(join(dir, 'notes.md'), 'utf8')).toBe('theirs');
    expect(await fixture.file(project, 'notes.md')).toMatchObject({ text: 'mine', conflict: 'changed-on-disk' });
  });

  test('are never written through links out of the project', async () => {
    await using fixture = new HostFixture();
    const outside = fixture.folderWith('outside', { 'target.md': 'theirs' });
    const { dir, project } = await open(fixture);
    symlinkSync(outside, join(dir, 'linked'));
    symlinkSync(join(outside, 'not-yet.md'), join(dir, 'dangling.md'));
    const create = (path: string): Promise<unknown> => project.createFile({ path, template: 'empty' });
    await expect(create('linked/new.md')).rejects.toMatchObject({ code: 'PathOutsideProject' });
    await create('dangling.md');
    expect(existsSync(join(outside, 'not-yet.md'))).toBe(false);
    await fixture.edit(project, 'notes.md', () => 'mine');
    rmSync(join(dir, 'notes.md'));
    symlinkSync(join(outside, 'target.md'), join(dir, 'notes.md'));
    await expect(project.save(['notes.md'])).rejects.toThrow();
    expect(readFileSync(join(outside, 'target.md'), 'utf8')).toBe('theirs');
    await expect(create('notes.exe')).rejects.toMatchObject({ code: 'UnsupportedFile' });
    await expect(create('.hidden/a.md')).rejects.toMatchObject({ code: 'UnsupportedFile' });
  });

  test('are renamed with their edits, and deleted', async () => {
    await using fixture = new HostFixture();
    const { dir, project } = await open(fixture);
    await fixture.edit(project, 'notes.md', () => 'mine');
    await project.renameFile('notes.md', 'docs/notes.md');
    expect(readFileSync(join(dir, 'docs/notes.md'), 'utf8')).toBe('one');
    expect(existsSync(join(dir, 'notes.md'))).toBe(false);
    expect(await fixture.file(project, 'docs/notes.md')).toMatchObject({ text: 'mine', isDirty: true });
    await project.revertFile('docs/notes.md');
    expect(await fixture.file(project, 'docs/notes.md')).toMatchObject({ text: 'one', isDirty: false });
    const taken = project.renameFile('docs/notes.md', 'parts/a.csv');
    await expect(taken).rejects.toMatchObject({ code: 'FileExists' });
    await project.deleteFile('docs/notes.md');
    expect(existsSync(join(dir, 'docs/notes.md'))).toBe(false);
    await expect(project.deleteFile('topology.ring.json')).rejects.toMatchObject({ code: 'TopologyFile' });
  });

  test('take along what somebody else wrote just before they are renamed', async () => {
    await using fixture = new HostFixture();
    const { dir, project } = await open(fixture);
    writeFileSync(join(dir, 'notes.md'), 'theirs');
    await project.renameFile('notes.md', 'new.md');
    expect(await fixture.file(project, 'new.md')).toMatchObject({ text: 'theirs', isDirty: false });
  });

  test('are in conflict under their new name as well', async () => {
    await using fixture = new HostFixture();
    const { dir, project } = await open(fixture);
    await fixture.edit(project, 'notes.md', () => 'mine');
    writeFileSync(join(dir, 'notes.md'), 'theirs');
    await project.renameFile('notes.md', 'new.md');
    expect(await fixture.file(project, 'new.md')).toMatchObject({ text: 'mine', conflict: 'changed-on-disk' });
    await expect(project.save(undefined)).rejects.toMatchObject({ code: 'FileConflict' });
    expect(readFileSync(join(dir, 'new.md'), 'utf8')).toBe('theirs');
  });

  test('keep their edits when they cannot be written', async () => {
    await using fixture = new HostFixture();
    const { dir, project } = await open(fixture);
    await fixture.edit(project, 'notes.md', () => 'mine');
    rmSync(join(dir, 'notes.md'));
    mkdirSync(join(dir, 'notes.md'));
    await expect(project.save(['notes.md'])).rejects.toThrow();
    expect(await fixture.file(project, 'notes.md')).toMatchObject({ text: 'mine', isDirty: true });
  });

  test('lose half of a surrogate pair at once, and not on the way through the disk', async () => {
    await using fixture = new HostFixture();
    const { project } = await open(fixture);
    await fixture.edit(project, 'notes.md', () => 'a\ud800b');
    await project.save(['notes.md']);
    expect(await fixture.file(project, 'notes.md')).toMatchObject({ text: 'a\ufffdb', isDirty: false });
  });
});

describe('whether a draft is trusted', () => {
  class Folders {
    readonly #fixture: HostFixture;
    readonly #dir: string;
    readonly trustPath: string;

    constructor(fixture: HostFixture) {
      this.#fixture = fixture;
      this.#dir = fixture.folderWith('project', { 'notes.md': 'given' });
      this.trustPath = join(fixture.folder, 'documents', 'trust.json');
    }

    async open(): Promise<ProjectDocuments> {
      const documents = new ProjectDocuments({
        dir: this.#dir,
        stateDir: join(this.#fixture.folder, 'documents'),
        onChanged: () => undefined,
        onRemoved: () => undefined,
        onFailure: (error) => expect.unreachable(String(error)),
      });
      await documents.open();
      return documents;
    }
  }

  function edit(documents: ProjectDocuments, text: string): void {
    const baseVersion = documents.drafts.file('notes.md')!.version;
    documents.edit({ path: 'notes.md', text, baseVersion, clientId: 'a' });
  }

  test('outlives a host that died before it had written down who typed', async () => {
    await using fixture = new HostFixture();
    const folders = new Folders(fixture);
    const first = await folders.open();
    first.trustAll();
    edit(first, 'mine');
    await first.flush();
    const before = readFileSync(folders.trustPath);
    edit(first, 'mine, longer');
    await first[Symbol.asyncDispose]();
    writeFileSync(folders.trustPath, before);

    await using second = await folders.open();
    expect(second.trusted.has('notes.md', 'mine, longer')).toBe(true);
    edit(second, 'mine, longer still');
    expect(second.trusted.has('notes.md', 'mine, longer still')).toBe(true);
  });

  test('is not made up for what began outside', async () => {
    await using fixture = new HostFixture();
    const folders = new Folders(fixture);
    const first = await folders.open();
    edit(first, 'half mine');
    await first[Symbol.asyncDispose]();
    await using second = await folders.open();
    expect(second.drafts.text('notes.md')).toBe('half mine');
    expect(second.trusted.has('notes.md', 'half mine')).toBe(false);
  });
});
