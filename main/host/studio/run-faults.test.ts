import { describe, expect, test } from 'vitest';

import { HostFixture } from './studio-host.fixture.ts';
import type { OpenProject } from './project-host.ts';

const COUNTER = `#include <ring_kernel.cuh>
struct Add { uint32_t n = 1; };
struct Query {};
struct Sum { uint64_t sum; uint64_t count; };
struct SumState { uint64_t sum; uint64_t count; };
RING_KERNEL(counter, SumState);
RING_ON(counter, Add) {
  state.count += 1;
  state.sum += 100 / msg.n;
}
RING_ON(counter, Query) { ctx.reply(Sum{state.sum, state.count}); }
RING_KERNEL(doubler);
RING_OUTPUT(doubler, out, Add);
RING_ON(doubler, Add) {
  ctx.emit(out, msg);
  ctx.emit(out, msg);
}
`;

const SUPERVISED = {
  version: 1,
  actors: [{ id: 'one', kernel: 'counter', source: 'counter.cu' }],
  supervisors: [
    { id: 'top', strategy: 'one-for-one', children: ['one'], maxRestarts: 2, backoff: { minMs: 1, maxMs: 5 } },
  ],
};
const CIRCLE = {
  version: 1,
  actors: ['a', 'b'].map((id) => ({ id, kernel: 'doubler', source: 'counter.cu', queue: { capacity: 16 } })),
  channels: [
    { from: 'a.out', to: 'b' },
    { from: 'b.out', to: 'a' },
  ],
};

async function start(fixture: HostFixture, topology: object): Promise<OpenProject> {
  const files = { 'topology.ring.json': JSON.stringify(topology), 'counter.cu': COUNTER };
  const project = await fixture.open(fixture.folderWith('project', files));
  const asked = await project.start({});
  if (asked.kind !== 'consent') throw new Error(`expected a question, not ${asked.kind}`);
  expect(await project.start({ agreedHash: asked.request.hash })).toEqual({ kind: 'started' });
  return project;
}

const add = (n: number) => ({ to: 'one', type: 'Add', message: { n } });
const query = { to: 'one', type: 'Query', message: {}, timeoutMs: 5000 };

describe('a supervised run', () => {
  test('tells of restarts and of their end, and its dead letters can be mended and sent again', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, SUPERVISED);
    await project.send(add(0));
    await fixture.until(project, ({ run }) => run.actors[0]?.supervision?.restarts === 1, 'it has started again');
    const seen = await fixture.until(project, ({ run }) => run.actors[0]?.state === 'active', 'it runs');
    expect(seen.run.actors[0]?.fault).toBeUndefined();
    expect(seen.run.actors[0]?.supervision).toEqual({ supervisor: 'top', restarts: 1, hasEnded: false });
    const [letter] = await project.listDeadLetters({ limit: 10, filter: { reason: ['actor-failed'], text: 'divide' } });
    expect(letter).toMatchObject({
      seq: 1,
      to: 'one#0',
      by: 'one#0',
      message: { n: 0 },
      fault: { cause: 'divide-by-zero' },
    });
    const selection = { seqs: [1] };
    const wrong = await project.replayDeadLetters({ selection, edit: { n: 'none', m: 1 } });
    expect(wrong).toMatchObject({ replayed: [], failed: [{ seq: 1 }] });
    expect(wrong.failed[0]?.problems.length).toBe(2);
    const right = await project.replayDeadLetters({ selection, edit: { n: 4 } });
    expect(right).toMatchObject({ replayed: [{ seq: 1, to: 'one#0' }], failed: [] });
    expect((await project.request(query)).message).toEqual({ sum: 25, count: 1 });
    const filter = { isReplayed: true };
    expect(await project.listDeadLetters({ limit: 10, filter })).toMatchObject([{ seq: 1, replay: { to: 'one#0' } }]);
    expect(await project.removeDeadLetters({ filter })).toBe(1);
    expect((await fixture.snapshot(project)).deadLetters).toMatchObject({ total: 1, removed: 1, replayed: 1 });

    for (const n of [0, 0]) await project.send(add(n));
    const { console: lines } = await fixture.until(
      project,
      ({ run }) => run.actors[0]?.supervision?.hasEnded === true,
      'its group has ended',
    );
    const texts = lines.map(({ text }) => text);
    expect(texts).toContain("restarted by supervisor 'top'");
    expect(texts).toContain("supervisor 'top' gave up (it failed too often): its group has ended");
    await project.stop();
    expect((await project.listDeadLetters({ limit: 10 })).map(({ seq }) => seq)).toEqual([3, 2]);
    await expect(project.replayDeadLetters({ selection: { seqs: [2] } })).rejects.toMatchObject({ code: 'NotRunning' });
  });

  test('stays paused when somebody starts again meanwhile', async () => {
    await using fixture = new HostFixture();
    const slow = { ...SUPERVISED.supervisors[0], backoff: { minMs: 400, maxMs: 400 } };
    const project = await start(fixture, { ...SUPERVISED, supervisors: [slow] });
    await project.send(add(0));
    await fixture.until(project, ({ run }) => run.actors[0]?.supervision?.restartsAtMs !== undefined, 'it waits');
    await project.pause();
    await fixture.until(project, ({ run }) => run.actors[0]?.state === 'deactivated', 'it rests');
    await project.resume();
    expect((await project.request(query)).message).toEqual({ sum: 0, count: 0 });
  });
});

describe('a deadlock', () => {
  test('is foreseen in the problems, named in the console and shown at its actors', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, CIRCLE);
    const { problems } = await fixture.snapshot(project);
    expect(JSON.stringify(problems)).toContain('blocking-cycle');
    await project.send({ to: 'a', type: 'Add', message: { n: 1 } });
    const { run, console: lines } = await fixture.until(
      project,
      (view) =>
        view.run.actors.every(({ health }) => health?.state === 'deadlocked') &&
        view.console.some(({ text }) => text.startsWith('deadlock: ')),
      'it is deadlocked, and said to be',
    );
    expect(run.actors.map(({ health }) => health?.blockedBy)).toEqual(['b#0', 'a#0']);
    const said = lines.filter(({ text }) => text.startsWith('deadlock: '));
    expect(said.map(({ text }) => text)).toEqual([
      expect.stringContaining('a#0 → b#0 → a#0, each inbox full (capacity 16)') as string,
    ]);
  });
});
