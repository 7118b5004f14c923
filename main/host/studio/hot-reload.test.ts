import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProjectSnapshot } from '../../../app/contract/project.ts';
import type { Revision } from '../../../app/contract/revision.ts';
import type { BurstState, OutputRow } from '../../../app/contract/run.ts';
import { HostFixture } from './studio-host.fixture.ts';
import type { OpenProject } from './project-host.ts';

const PATH = 'live.cu';
const LIVE = `#include <ring_kernel.cuh>
#include "twist.cuh"
struct Number { uint64_t value = 0; };
struct Twisted { uint64_t count; uint64_t twist; };
struct Query {};
struct LiveState { uint64_t count; };
RING_KERNEL(live, LiveState);
RING_OUTPUT(live, out, Twisted);
RING_ON(live, Number) {
  state.count += 1;
  ctx.emit(out, Twisted{state.count, 0 + kTwist});
}
RING_ON(live, Query) { ctx.reply(Twisted{state.count, 0 + kTwist}); }
`;
const TOPOLOGY = JSON.stringify({
  version: 1,
  name: 'Live',
  actors: [
    { id: 'a', kernel: 'live', source: PATH },
    { id: 'b', kernel: 'live', source: PATH },
  ],
});

const header = (twist: number): string => `#pragma once\nconstexpr uint64_t kTwist = ${twist};\n`;

async function start(fixture: HostFixture): Promise<OpenProject> {
  const files = { 'topology.ring.json': TOPOLOGY, [PATH]: LIVE, 'twist.cuh': header(0) };
  const project = await fixture.open(fixture.folderWith('live', files));
  await project.settled();
  const asked = await project.start({});
  if (asked.kind !== 'consent') throw new Error(asked.kind);
  expect(await project.start({ agreedHash: asked.request.hash })).toEqual({ kind: 'started' });
  return project;
}

async function save(fixture: HostFixture, project: OpenProject, change: (text: string) => string): Promise<void> {
  await fixture.edit(project, PATH, change);
  await project.save([PATH]);
}

/** Saves, and waits for what becomes of it. */
async function revise(fixture: HostFixture, project: OpenProject, change: (text: string) => string): Promise<Revision> {
  const { number = 0 } = latest(await fixture.snapshot(project)) ?? {};
  await save(fixture, project, change);
  return decided(fixture, project, number + 1);
}

async function decided(fixture: HostFixture, project: OpenProject, number: number): Promise<Revision> {
  const isDecided = (view: ProjectSnapshot): boolean => {
    const last = latest(view);
    return last !== undefined && last.number >= number && last.status !== 'compiling';
  };
  return latest(await fixture.until(project, isDecided, `r${number} is decided`))!;
}

const latest = ({ revisions }: ProjectSnapshot): Revision | undefined =>
  revisions.filter(({ path }) => path === PATH).at(-1);

const ask = (project: OpenProject, to = 'a'): Promise<unknown> =>
  project.request({ to, type: 'Query', message: {}, timeoutMs: 5000 }).then(({ message }) => message);

describe('a save while actors run', () => {
  test(
    'takes messages in flight through 20 saves: none lost, in order, the state goes on',
    { timeout: 180_000 },
    async () => {
      await using fixture = new HostFixture();
      const project = await start(fixture);
      const id = await project.burst({ to: 'a', type: 'Number', message: {}, count: 1_000_000, rateHz: 40 });
      for (let twist = 1; twist <= 20; twist++) {
        const loaded = await revise(fixture, project, (text) => text.replace(/\d+ \+ kTwist/g, `${twist} + kTwist`));
        expect(loaded).toMatchObject({ number: twist + 1, status: 'loaded', problems: [] });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await project.cancelBurst(id);
      const burstOf = ({ bursts }: ProjectSnapshot): BurstState | undefined => bursts.find((burst) => burst.id === id);
      const isOver = (view: ProjectSnapshot): boolean => burstOf(view)?.status === 'cancelled';
      const { sent } = burstOf(await fixture.until(project, isOver, 'no more is sent'))!;
      expect(await ask(project)).toEqual({ count: sent, twist: 20 });
      const rows = (await project.listOutputs(undefined, 10_000)).toReversed();
      const outputs = rows.map(({ message }: OutputRow) => message as { count: number; twist: number });
      expect(outputs.map(({ count }) => count)).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
      const twists = outputs.map(({ twist }) => twist);
      expect(twists).toEqual(twists.toSorted((x, y) => x - y));
      expect(new Set(twists).size).toBe(21); // each version has answered
      const { revisions, run } = await fixture.snapshot(project);
      expect(revisions.filter(({ status }) => status === 'loaded')).toHaveLength(1);
      expect(revisions.every(({ status }) => status === 'loaded' || status === 'superseded')).toBe(true);
      expect(run.actors.map(({ revision }) => revision)).toEqual([21, 21]);
    },
  );

  test('keeps the last good version running while the new one does not compile', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    await project.send({ to: 'a', type: 'Number', message: {} });
    const broken = await revise(fixture, project, (text) => text.replaceAll('0 + kTwist', 'nothing'));
    expect(broken).toMatchObject({ number: 2, status: 'failed', problems: [{ severity: 'error' }, {}] });
    expect(await ask(project)).toEqual({ count: 1, twist: 0 });
    expect(await project.runningText(PATH)).toBe(LIVE);
    const mended = await revise(fixture, project, (text) => text.replaceAll('nothing', '5 + kTwist'));
    expect(mended).toMatchObject({ number: 3, status: 'loaded', problems: [] });
    expect(mended.stages?.map(({ name }) => name)).toEqual(expect.arrayContaining(['sources', 'load']));
    expect(await ask(project)).toEqual({ count: 1, twist: 5 });
    expect(await project.runningText(PATH)).toContain('5 + kTwist');
  });

  test('refuses another layout with its reason, and a reset takes it', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    for (const to of ['a', 'b']) await project.send({ to, type: 'Number', message: {} });
    const refused = await revise(fixture, project, (text) =>
      text.replace(
        'struct LiveState { uint64_t count; }',
        'struct LiveState { uint64_t more = 7; uint64_t count = 100; }',
      ),
    );
    expect(refused.status).toBe('refused');
    expect(refused.problems[0]?.message).toMatch(/state/);
    expect(await ask(project)).toEqual({ count: 1, twist: 0 });
    await project.reset(['a', 'b']);
    expect(await ask(project)).toEqual({ count: 100, twist: 0 });
    expect(await ask(project, 'b')).toEqual({ count: 100, twist: 0 });
    const view = await fixture.snapshot(project);
    expect(latest(view)).toMatchObject({ number: 2, status: 'loaded-after-reset' });
    expect(view.run.actors.map(({ revision }) => revision)).toEqual([2, 2]);
  });

  test('of a header reaches the sources that include it', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    await fixture.edit(project, 'twist.cuh', () => header(3));
    await project.save(undefined);
    expect(await decided(fixture, project, 2)).toMatchObject({ status: 'loaded' });
    expect(await ask(project)).toEqual({ count: 0, twist: 3 });
    expect(await project.runningText('twist.cuh')).toBe(header(3));
  });

  test('takes a header as it is on disk while there are unsaved edits of it', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    await fixture.edit(project, 'twist.cuh', () => header(5));
    const loaded = await revise(fixture, project, (text) => text.replace(/0 \+ kTwist/g, '20 + kTwist'));
    expect(loaded).toMatchObject({ number: 2, status: 'loaded' });
    expect(await ask(project)).toMatchObject({ twist: 20 });
  });

  test('in quick succession ends with the last version, and leaves out what was overtaken', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    for (let twist = 1; twist <= 5; twist++) {
      await save(fixture, project, (text) => text.replace(/\d+ \+ kTwist/g, `${twist} + kTwist`));
    }
    expect(await decided(fixture, project, 6)).toMatchObject({ number: 6, status: 'loaded' });
    expect(await ask(project)).toEqual({ count: 0, twist: 5 });
    const { revisions } = await fixture.snapshot(project);
    expect(revisions.map(({ status }) => status)).toEqual([...revisions.slice(1).map(() => 'superseded'), 'loaded']);
  });

  test('never loads what came from outside without a question', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    writeFileSync(join(fixture.folder, 'live/twist.cuh'), header(666));
    await fixture.until(project, ({ files }) => files.some(({ text }) => text === header(666)), 'it is seen');
    const refused = await revise(fixture, project, (text) => `${text}\n`);
    expect(refused).toMatchObject({ status: 'refused', problems: [{ code: 'consent-needed' }] });
    expect(await ask(project)).toEqual({ count: 0, twist: 0 });
    await project.stop();
    expect((await project.start({})).kind).toBe('consent');
  });

  test('says at once that a change from outside is not what runs, and that it is again when it is taken back', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    const file = join(fixture.folder, 'live', PATH);
    writeFileSync(file, LIVE.replaceAll('0 + kTwist', '7 + kTwist'));
    expect(await decided(fixture, project, 2)).toMatchObject({
      status: 'refused',
      problems: [{ code: 'consent-needed', location: { file: PATH } }],
    });
    await project.save([PATH]);
    expect(await ask(project)).toEqual({ count: 0, twist: 0 });
    writeFileSync(file, LIVE);
    await fixture.until(project, (view) => latest(view)?.status === 'loaded', 'what runs is what is shown');
    expect(await ask(project)).toEqual({ count: 0, twist: 0 });
  });

  test('that comes while it starts is loaded afterwards', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    await project.stop();
    const starting = project.start({});
    await fixture.until(project, ({ run }) => run.phase === 'compiling', 'it compiles');
    await save(fixture, project, (text) => text.replaceAll('0 + kTwist', '8 + kTwist'));
    expect(await starting).toEqual({ kind: 'started' });
    const isLoaded = (view: ProjectSnapshot): boolean =>
      latest(view)?.number === 2 && latest(view)?.status === 'loaded';
    await fixture.until(project, isLoaded, 'the save runs');
    expect(await ask(project)).toEqual({ count: 0, twist: 8 });
  });

  test('when nothing runs, says whether it compiles', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture);
    await project.stop();
    expect(latest(await fixture.snapshot(project))).toMatchObject({ number: 1, status: 'compiled' });
    const compiled = await revise(fixture, project, (text) => text.replaceAll('0 + kTwist', '9 + kTwist'));
    expect(compiled).toMatchObject({ number: 2, status: 'compiled' });
    expect(await revise(fixture, project, (text) => `${text}}`)).toMatchObject({ number: 3, status: 'failed' });
    expect(await project.runningText(PATH)).toBeNull();
  });
});
