import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../app/testing/conformance/bench.ts';
import { HostFixture } from './studio-host.fixture.ts';
import type { OpenProject } from './project-host.ts';

const PATH = 'running_mean.cu';

async function start(fixture: HostFixture): Promise<OpenProject> {
  const project = await fixture.openSample('running_mean');
  await project.settled();
  expect(await project.start({})).toEqual({ kind: 'started' });
  return project;
}

async function read(project: OpenProject): Promise<unknown> {
  return (await project.states.read('mean')).json;
}

const give = async (project: OpenProject, value: number): Promise<unknown> =>
  project.send({ to: 'mean', type: 'Reading', message: { sensor: 1, value } });

const report = async (project: OpenProject): Promise<unknown> =>
  (await project.request({ to: 'mean', type: 'MeanQuery', message: {}, timeoutMs: 5000 })).message;

describe('states and checkpoints of a project', () => {
  test('a state is read and written while its actor runs', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    expect((await errorOf(() => project.states.read('man'))).message).toBe("no actor 'man' runs.");
    await give(project, 30);
    await report(project);
    const view = await project.states.read('mean#0');
    expect(view).toMatchObject({ actor: 'mean#0', actorState: 'active', moment: 'between-batches', type: 'MeanState' });
    expect(view.json).toEqual({ sum: 30, count: 1 });
    const written = await project.states.write({ actor: 'mean', fields: { sum: 100, count: 4 }, mode: 'patch' });
    expect(written.json).toEqual({ sum: 100, count: 4 });
    expect(await report(project)).toEqual({ mean: 25, count: 4 });
    const wrong = await errorOf(() => project.states.write({ actor: 'mean', fields: { cout: 1 }, mode: 'patch' }));
    expect([wrong.code, wrong.problems[0]?.tip]).toEqual(['InvalidState', "Did you mean 'count'?"]);
    await project.stop();
    expect((await errorOf(() => project.states.read('mean'))).code).toBe('NotRunning');
  });

  test('a checkpoint is kept over runs and hosts, and a project goes on from it', async () => {
    await using fixture = new HostFixture();
    let project = await start(fixture);
    await give(project, 30);
    await report(project);
    const saved = await project.states.saveCheckpoint({ name: 'one reading' });
    expect(saved).toMatchObject({ name: 'one reading', sizeBytes: expect.any(Number) as number });
    await give(project, 10);
    expect(await report(project)).toEqual({ mean: 20, count: 2 });
    const restore = { id: saved.id, migrate: false, allowLoss: false };
    expect(await project.states.restoreCheckpoint(restore)).toEqual({ kind: 'started' });
    expect(await report(project)).toEqual({ mean: 30, count: 1 });
    await fixture.restart();
    project = await fixture.openSample('running_mean');
    await project.settled();
    expect(await project.states.listCheckpoints()).toEqual([saved]);
    expect(await project.states.restoreCheckpoint(restore)).toEqual({ kind: 'started' });
    await give(project, 50);
    expect(await report(project)).toEqual({ mean: 40, count: 2 });
    await project.states.deleteCheckpoint(saved.id);
    expect(await project.states.listCheckpoints()).toEqual([]);
    expect((await errorOf(() => project.states.restoreCheckpoint(restore))).code).toBe('UnknownCheckpoint');
    expect(await report(project)).toEqual({ mean: 40, count: 2 }); // what ran goes on
  });

  test('a stop while a checkpoint is being restored is what holds', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    const { id } = await project.states.saveCheckpoint({ name: 'nothing yet' });
    const restoring = errorOf(() => project.states.restoreCheckpoint({ id, migrate: false, allowLoss: false }));
    await project.stop();
    expect((await restoring).code).toBe('StartStopped');
    expect(project.openWork.isRunning).toBe(false);
  });

  test('nothing starts in a project that is closed while a checkpoint is being restored', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    const { id } = await project.states.saveCheckpoint({ name: 'nothing yet' });
    await project.stop();
    const restoring = errorOf(() => project.states.restoreCheckpoint({ id, migrate: false, allowLoss: false }));
    await project[Symbol.asyncDispose]();
    expect((await restoring).code).toBe('StartStopped');
    expect(project.openWork.isRunning).toBe(false);
  });

  test('a checkpoint that is cut off or does not fit ends nothing that runs', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    const saved = await project.states.saveCheckpoint({ name: '' });
    await fixture.edit(project, PATH, (text) =>
      text.replace('uint64_t count;\n};\n\n__device__', 'uint32_t count;\n};\n\n__device__'),
    );
    await project.save([PATH]);
    await fixture.until(project, ({ revisions }) => revisions.at(-1)?.status === 'refused', 'it is refused');
    await project.stop();
    expect(await project.start({})).toEqual({ kind: 'started' });
    const restore = { id: saved.id, migrate: false, allowLoss: false };
    const refused = await project.states.restoreCheckpoint(restore);
    expect(refused).toMatchObject({ kind: 'problems', problems: [{ code: 'state-layout' }] });
    await give(project, 8);
    expect(await report(project)).toEqual({ mean: 8, count: 1 });
    expect(await project.states.restoreCheckpoint({ ...restore, migrate: true })).toEqual({ kind: 'started' });
    expect(await read(project)).toEqual({ sum: 0, count: 0 });
    const folder = join(fixture.host.stateDir, 'projects', project.summary.id, 'checkpoints');
    const [file] = readdirSync(folder);
    writeFileSync(join(folder, file!), 'RINGCKPT');
    expect((await errorOf(() => project.states.restoreCheckpoint(restore))).code).toBe('BadCheckpoint');
    expect(await read(project)).toEqual({ sum: 0, count: 0 });
  });

  test('a project that does not compile, or that nobody has agreed to, is not restored into: what runs goes on', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    const saved = await project.states.saveCheckpoint({ name: '' });
    const restore = { id: saved.id, migrate: false, allowLoss: false };
    await give(project, 8);
    const { text } = await fixture.file(project, PATH);
    await fixture.edit(project, PATH, (now) => `${now}\nnonsense;\n`);
    const broken = await project.states.restoreCheckpoint(restore);
    expect(broken).toMatchObject({ kind: 'problems', problems: [{ severity: 'error' }] });
    expect(await report(project)).toEqual({ mean: 8, count: 1 });
    // The saved code has another state than what runs: it is the saved one that counts.
    await fixture.edit(project, PATH, () =>
      text.replace('struct MeanState {\n', 'struct MeanState {\n  uint32_t more;\n'),
    );
    expect(await project.states.restoreCheckpoint(restore)).toMatchObject({
      kind: 'problems',
      problems: [{ code: 'state-layout' }],
    });
    expect(await report(project)).toEqual({ mean: 8, count: 1 });
    writeFileSync(join(fixture.host.projectsDir, 'running_mean', PATH), `${text}\n// by somebody else\n`);
    await fixture.until(
      project,
      ({ files }) => files.some((file) => file.text.includes('somebody else')),
      'it is seen',
    );
    const asked = await project.states.restoreCheckpoint(restore);
    expect(asked.kind).toBe('consent');
    expect(await report(project)).toEqual({ mean: 8, count: 1 });
    const agreedHash = asked.kind === 'consent' ? asked.request.hash : '';
    expect(await project.states.restoreCheckpoint({ ...restore, agreedHash })).toEqual({ kind: 'started' });
    expect(await read(project)).toEqual({ sum: 0, count: 0 });
  });

  test('code that could not be reloaded is migrated to, after a look at what that does', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    await give(project, 30);
    await report(project);
    expect((await errorOf(() => project.states.planMigration(['mean']))).code).toBe('NothingToMigrate');
    await fixture.edit(project, PATH, (text) =>
      text.replace('struct MeanState {\n', 'struct MeanState {\n  uint32_t resets = 3;\n'),
    );
    await project.save([PATH]);
    await fixture.until(project, ({ revisions }) => revisions.at(-1)?.status === 'refused', 'it is refused');
    const fields = [
      { path: 'resets', fate: 'defaulted' },
      { path: 'sum', fate: 'kept' },
      { path: 'count', fate: 'kept' },
    ];
    const forecast = await project.states.planMigration(['mean']);
    expect(forecast).toMatchObject({ migrations: [{ instance: 'mean#0', state: fields }], problems: [] });
    const done = await project.states.migrate({ actorIds: ['mean'], allowLoss: false });
    expect(done.migrations).toEqual(forecast.migrations);
    expect(await read(project)).toEqual({ resets: 3, sum: 30, count: 1 });
    await give(project, 10);
    expect(await report(project)).toEqual({ mean: 20, count: 2 });
    expect((await fixture.snapshot(project)).revisions.at(-1)?.status).toBe('loaded');
  });
});
