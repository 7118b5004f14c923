import { existsSync, mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { templateText } from './file-templates.ts';
import { HostFixture } from './studio-host.fixture.ts';

describe('the studio host', () => {
  test('makes a sample once for two windows that want it at the same time', async () => {
    await using fixture = new HostFixture();
    const [one, two] = await Promise.all([fixture.host.openSample('ping_pong'), fixture.host.openSample('ping_pong')]);
    expect(one).toEqual(two);
  });

  test('opens a sample, which compiles, starts without a question and answers', async () => {
    await using fixture = new HostFixture();
    const project = await fixture.openSample('vector_add');
    await fixture.until(project, ({ programs }) => programs['vector_add.cu'] !== undefined, 'it is compiled');
    expect(await project.start({})).toEqual({ kind: 'started' });
    const message = { a: 1, b: 2 };
    const request = { to: 'vector_add', type: 'VectorAddRequest', message, timeoutMs: 5000 };
    const reply = await project.request(request);
    expect(reply).toMatchObject({ type: 'VectorAddResponse', message: { result: 3 } });
    expect(reply.latencyUs).toBeGreaterThan(0);
    await project.stop();
    expect((await fixture.snapshot(project)).run).toMatchObject({ phase: 'idle', runId: 1 });
    await expect(project.request(request)).rejects.toMatchObject({ code: 'NotRunning' });
  });

  test('names a project whose folder is gone, and its place', async () => {
    await using fixture = new HostFixture();
    const topology = JSON.stringify({ version: 1, name: 'Gone', actors: [] });
    const dir = fixture.folderWith('gone', { 'topology.ring.json': topology });
    const { id } = await fixture.host.openProject(dir);
    await fixture.restart();
    renameSync(dir, `${dir}-elsewhere`);
    const message = `the project 'Gone' is not in '${realpathSync(fixture.folder)}/gone' any more: there is no topology.ring.json.`;
    await expect(fixture.host.project(id)).rejects.toMatchObject({ code: 'ProjectGone', message });
  });

  test('lists the samples with their topologies', async () => {
    await using fixture = new HostFixture();
    const samples = await fixture.host.samples();
    expect(samples.map(({ name }) => name)).toContain('pipeline');
    const pipeline = samples.find(({ name }) => name === 'pipeline');
    expect(pipeline).toMatchObject({ title: 'Pipeline', actorCount: 4 });
    expect(pipeline?.description).toMatch(/^source → map.*sum\.$/);
    await expect(fixture.host.openSample('nothing')).rejects.toMatchObject({ code: 'UnknownSample' });
  });

  test.each(['kernel', 'source', 'stateful'] as const)(
    'has a template %s that compiles without a remark',
    async (template) => {
      await using fixture = new HostFixture();
      const { id } = await fixture.host.createProject({ name: 'My first', template: 'kernel' });
      const project = await fixture.host.project(id);
      await project.createFile({ path: 'parts/new-part.cu', template });
      const view = await fixture.until(
        project,
        ({ programs }) => programs['parts/new-part.cu'] !== undefined && programs['My_first.cu'] !== undefined,
        'both are compiled',
      );
      expect(view.project.name).toBe('My first');
      expect(Object.values(view.problems).flatMap(({ problems }) => problems)).toEqual([]);
      expect(view.programs['parts/new-part.cu']?.kernels.map(({ name }) => name)).toEqual(['new_part']);
      expect(await project.start({})).toEqual({ kind: 'started' });
    },
  );

  test('has templates for names that C++ keeps for itself', () => {
    expect(templateText({ path: 'float.cu', template: 'kernel' })).toContain('RING_KERNEL(actor_float)');
    expect(templateText({ path: 'a/2nd try.cu', template: 'source' })).toContain('RING_KERNEL(actor_2nd_try, ');
    expect(templateText({ path: 'Sample.cu', template: 'stateful' })).toContain('RING_KERNEL(actor_Sample, ');
  });

  test('remembers projects and settings, and opens a project again by its id', async () => {
    await using fixture = new HostFixture();
    const { id, dir } = await fixture.host.openSample('vector_add');
    await fixture.host.writeSetting('layout.main', { left: [1, 2] });
    await fixture.restart();
    expect(await fixture.host.readSetting('layout.main')).toEqual({ left: [1, 2] });
    expect(await fixture.host.readSetting('layout.other')).toBeNull();
    expect(await fixture.host.recentProjects()).toMatchObject([{ id, name: 'Vector add', dir, exists: true }]);
    const project = await fixture.host.project(id);
    expect((await fixture.snapshot(project)).project).toEqual({ id, name: 'Vector add', dir });
    await fixture.host.forgetProject(dir);
    expect(await fixture.host.recentProjects()).toEqual([]);
    await expect(fixture.host.project('nothing')).rejects.toMatchObject({ code: 'UnknownProject' });
  });

  test('survives state that was scribbled over, and keeps it aside', async () => {
    await using fixture = new HostFixture();
    mkdirSync(join(fixture.folder, 'state'), { recursive: true });
    writeFileSync(join(fixture.folder, 'state/recent.json'), '{ this is not JSON');
    expect(await fixture.host.recentProjects()).toEqual([]);
    expect(existsSync(join(fixture.folder, 'state/recent.json.broken'))).toBe(true);
  });

  test('says what the machine can do, and why there is no CUDA', async () => {
    await using fixture = new HostFixture();
    const machine = await fixture.host.machine();
    expect(machine).toMatchObject({ cpu: { workers: 1 }, cuda: { isAvailable: false } });
    expect(machine.cpu.compiler).toMatch(/^Clang \d+/);
    expect(machine.cuda.reason).toContain(machine.cuda.addon.found ? 'no-driver-in-tests: ' : 'addon');
    expect(await fixture.host.machine()).toMatchObject({ cuda: { driver: machine.cuda.driver } });
    const project = await fixture.openSample('vector_add');
    const starting = project.start({ device: 'cuda' });
    await expect(starting).rejects.toMatchObject({ code: 'DeviceNotAvailable', tip: machine.cuda.remedy });
  });

  test('refuses folders that are no projects, and names that are taken', async () => {
    await using fixture = new HostFixture();
    await expect(fixture.host.openProject(fixture.folder)).rejects.toMatchObject({ code: 'NotAProject' });
    await expect(fixture.host.openProject('/nowhere/at/all')).rejects.toMatchObject({ code: 'FolderNotFound' });
    await fixture.host.createProject({ name: 'one', template: 'empty' });
    const again = fixture.host.createProject({ name: 'one', template: 'empty' });
    await expect(again).rejects.toMatchObject({ code: 'FolderExists' });
    const listing = await fixture.host.browse(undefined);
    expect(listing.folders).toEqual([{ name: 'one', isProject: true }]);
  });
});
