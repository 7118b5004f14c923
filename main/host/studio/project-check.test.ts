import { describe, expect, test } from 'vitest';
import type { ProjectSnapshot } from '../../../app/contract/project.ts';
import { HostFixture } from './studio-host.fixture.ts';

/** `file:line code` of all problems. */
function remarks({ problems }: ProjectSnapshot): readonly string[] {
  return Object.entries(problems).flatMap(([file, { problems: found }]) =>
    found.map(({ code, location }) => `${file}:${location?.line ?? '?'} ${code}`),
  );
}

const isClean = (view: ProjectSnapshot): boolean => remarks(view).length === 0;

describe('checking as people type', () => {
  test('shows what is broken at its line without a save, and that it is mended', async () => {
    await using fixture = new HostFixture();
    const project = await fixture.openSample('vector_add');
    const path = 'vector_add.cu';
    const before = await fixture.until(project, ({ programs }) => programs[path] !== undefined, 'it is compiled');
    await fixture.edit(project, path, (text) => text.replace('msg.a', 'msg.nothing'));
    const broken = await fixture.until(project, (view) => remarks(view).length > 0, 'it is broken');
    const { version, text } = await fixture.file(project, path);
    const line = text.split('\n').findIndex((each) => each.includes('msg.nothing')) + 1;
    expect(broken.problems[path]).toMatchObject({ version, problems: [{ location: { file: path, line } }] });
    expect(broken.programs[path]).toEqual(before.programs[path]); // the last good one
    await fixture.edit(project, path, (given) => given.replace('msg.nothing', 'msg.a'));
    await fixture.until(project, isClean, 'it is mended');
  });

  test('checks every source of a header, and shows the remark in the header once', async () => {
    await using fixture = new HostFixture();
    const project = await fixture.openSample('pipeline');
    const all = ['source.cu', 'map.cu', 'filter.cu', 'sink.cu'];
    await fixture.until(project, ({ programs }) => all.every((path) => programs[path] !== undefined), 'all compiled');
    await fixture.edit(project, 'pipeline.cuh', (text) => text.replace('uint64_t value;', 'uint64_t value'));
    const isBroken = (view: ProjectSnapshot): boolean => remarks(view).some((each) => each.startsWith('pipeline.cuh:'));
    await fixture.until(project, isBroken, 'the header is broken');
    await project.settled();
    const found = remarks(await fixture.snapshot(project)).filter((each) => each.startsWith('pipeline.cuh'));
    expect(new Set(found).size).toBe(found.length);
    await fixture.edit(project, 'pipeline.cuh', (text) => text.replace('uint64_t value', 'uint64_t value;'));
    await fixture.until(project, isClean, 'it is mended');
  });

  test('checks the topology against drafts: kernels, channels, sources', async () => {
    await using fixture = new HostFixture();
    const project = await fixture.openSample('pipeline');
    await project.settled();
    const topology = 'topology.ring.json';
    await fixture.edit(project, 'map.cu', (text) =>
      text.replaceAll('(map,', '(mapper,').replaceAll('(map)', '(mapper)'),
    );
    const view = await fixture.until(project, (each) => remarks(each).length > 0, 'the kernel is gone');
    expect(remarks(view)).toEqual([expect.stringMatching(/^topology\.ring\.json:\d+ unknown-kernel$/)]);
    await fixture.edit(project, topology, (text) => text.replace('"kernel": "map"', '"kernel": "mapper"'));
    expect(isClean(await fixture.snapshot(project))).toBe(true);
    await fixture.edit(project, topology, (text) => text.replace('"source.numbers"', '"source.ends"'));
    expect(remarks(await fixture.snapshot(project))).toHaveLength(1);
    await fixture.edit(project, topology, (text) => `${text},`);
    expect(remarks(await fixture.snapshot(project))).toEqual([expect.stringMatching(/broken-json$/)]);
  });

  test('forgets a source that is deleted, and says which actors miss it', async () => {
    await using fixture = new HostFixture();
    const project = await fixture.openSample('vector_add');
    await project.settled();
    await project.deleteFile('vector_add.cu');
    const view = await fixture.snapshot(project);
    expect(view.programs).toEqual({});
    expect(remarks(view)).toEqual([expect.stringMatching(/^topology\.ring\.json:\d+ source-not-found$/)]);
  });

  test('compiles what is there when typing ends, not every key', async () => {
    await using fixture = new HostFixture();
    const project = await fixture.openSample('vector_add');
    await project.settled();
    let checks = 0;
    const stop = new AbortController();
    const counting = (async () => {
      for await (const { event } of project.events(undefined, stop.signal)) {
        if (event.type === 'checking' && event.isChecking) checks++;
      }
    })();
    for (let key = 0; key < 20; key++) {
      await fixture.edit(project, 'vector_add.cu', (text) => `${text}/`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await fixture.edit(project, 'vector_add.cu', (text) => `${text}\nint x = y;\n`);
    await fixture.until(project, (view) => remarks(view).length > 0, 'the last version is checked');
    stop.abort();
    await counting;
    expect(checks).toBeLessThanOrEqual(3);
  });
});
