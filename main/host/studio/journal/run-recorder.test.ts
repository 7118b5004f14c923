import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LostMessages } from '../../../../app/contract/run.ts';
import type { OpenProject } from '../project-host.ts';
import { HostFixture } from '../studio-host.fixture.ts';
import { JournalFile } from './journal-file.ts';
import { newJournal, pulsePatch, readJournal, type JournalHead } from './journal-layout.ts';
import { describeJournal, findLostRun } from './lost-run.ts';

const SOURCE = `#include <ring_kernel.cuh>
struct Add { uint32_t n = 1; };
struct Sum { uint64_t sum; };
struct SumState { uint64_t sum; };
RING_KERNEL(counter, SumState);
RING_OUTPUT(counter, sums, Sum);
RING_ON(counter, Add) {
  state.sum += 100 / msg.n;
  ctx.emit(sums, Sum{state.sum});
}
struct SinkState { uint64_t seen; };
RING_KERNEL(sink, SinkState);
RING_ON(sink, Sum) { state.seen += 1; }
`;
const TOPOLOGY = JSON.stringify({
  version: 1,
  name: 'Journal',
  actors: [
    { id: 'one', kernel: 'counter', source: 'counter.cu', instances: 2 },
    { id: 'sink', kernel: 'sink', source: 'counter.cu' },
  ],
  channels: [{ from: 'one.sums', to: 'sink' }],
  inject: [{ to: 'one', type: 'Add', message: { n: 4 } }],
});

const head: JournalHead = {
  ...{ key: 'key', runId: 1, startedAtMs: 1, device: { kind: 'cpu', description: '' } },
  ...{ actors: [], channels: [] },
};
const nothingKnown = { key: null, startedAtMs: null, lastSignAtMs: null, messages: null };

const add = { to: 'one', type: 'Add', message: { n: 1 } };

async function open(fixture: HostFixture): Promise<OpenProject> {
  return fixture.open(fixture.folderWith('project', { 'topology.ring.json': TOPOLOGY, 'counter.cu': SOURCE }));
}

async function start(project: OpenProject): Promise<void> {
  const asked = await project.start({});
  if (asked.kind === 'consent') await project.start({ agreedHash: asked.request.hash });
}

function journalOf(fixture: HostFixture, project: OpenProject): string {
  return join(fixture.folder, 'state', 'projects', project.summary.id, 'run.journal');
}

/** What would be told if the host died now. */
function account(path: string): LostMessages {
  return describeJournal(readJournal(readFileSync(path)), 0).lost.messages!;
}

/** Waits for the account to be that: actors take their time, and records come five times a second. */
async function expectAccount(path: string, expected: Partial<LostMessages>): Promise<void> {
  await expect.poll(() => account(path), { timeout: 5000, interval: 50 }).toMatchObject(expected);
}

describe('the journal of a run', () => {
  test('follows messages through faults, resets and what is left in queues', async () => {
    await using fixture = new HostFixture();
    const project = await open(fixture);
    await start(project);
    const path = journalOf(fixture, project);
    await expectAccount(path, { accepted: 1, sentByActors: 1, finished: 2, unknown: 0, finishedThrough: 1 });

    await project.pause();
    for (let i = 0; i < 6; i++) await project.send(add);
    expect(account(path)).toMatchObject({ accepted: 7, finished: 2, unknown: 6, finishedThrough: 1 });
    await project.reset(['one']); // what waited goes to the dead letters
    await expectAccount(path, { accepted: 7, finished: 8, unknown: 0, deadLetters: 6, finishedThrough: 7 });

    await project.resume();
    const { accepted } = await project.send(add);
    expect(accepted.number).toBe(8);
    await expectAccount(path, { accepted: 8, sentByActors: 2, finished: 10, unknown: 0, finishedThrough: 8 });

    // The first instance fails with one in hand: a dead letter. What is behind it waits for ever.
    await project.pause();
    await project.send({ ...add, to: 'one#0', message: { n: 0 } });
    await project.send({ ...add, to: 'one#0' });
    await project.resume();
    await expectAccount(path, { accepted: 10, sentByActors: 2, finished: 11, unknown: 1, finishedThrough: 8 });
  });

  test('has a burst slice by slice, and nothing of it when it is over', async () => {
    await using fixture = new HostFixture();
    const project = await open(fixture);
    await start(project);
    const path = journalOf(fixture, project);
    const id = await project.burst({ ...add, count: 1_000_000, rateHz: 5000 });
    await fixture.until(project, ({ bursts }) => bursts.some(({ sent }) => sent > 500), 'the burst goes on');
    const told = (await fixture.snapshot(project)).bursts[0]!.sent;
    const journal = readJournal(readFileSync(path))!;
    expect(journal.bursts).toMatchObject([{ id, to: 'one', type: 'Add', count: 1_000_000 }]);
    expect(journal.bursts[0]!.sent).toBeGreaterThanOrEqual(told);
    await project.cancelBurst(id);
    await fixture.until(project, ({ bursts }) => bursts[0]?.status === 'cancelled', 'the burst is cancelled');
    expect(readJournal(readFileSync(path))!.bursts).toEqual([]);
  });

  test('that cannot be written is said, and ends no run; that there is one stays known until it ends', async () => {
    await using fixture = new HostFixture();
    const project = await open(fixture);
    const path = journalOf(fixture, project);
    mkdirSync(`${path}.new`, { recursive: true });
    writeFileSync(path, newJournal({ ...head, key: 'earlier' }));
    const notice = fixture.event(project, ({ type }) => type === 'notice');
    await start(project);
    expect(await notice).toMatchObject({
      notice: {
        severity: 'warning',
        title: expect.stringMatching(/^What this run accepts cannot be kept for the case/),
      },
    });
    expect((await project.send(add)).accepted.number).toBeGreaterThanOrEqual(1);
    expect(findLostRun(path, 7)?.lost).toEqual({ ...nothingKnown, foundAtMs: 7 });
    await project.stop();
    expect(findLostRun(path, 7)).toBeUndefined();
  });

  test('that can no longer be written tells nothing that has become untrue', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ring-journal-'));
    const path = join(folder, 'run.journal');
    const file = new JournalFile(path, head);
    file.write(pulsePatch({ atMs: 5, accepted: 3, burstSent: [] }));
    expect(account(path).accepted).toBe(3);
    file.giveUp();
    expect(findLostRun(path, 7)?.lost).toEqual({ ...nothingKnown, foundAtMs: 7 });
    rmSync(folder, { recursive: true });
  });

  test('that a folder is in the way of is said, and claims nothing afterwards', async () => {
    await using fixture = new HostFixture();
    const project = await open(fixture);
    const path = journalOf(fixture, project);
    mkdirSync(path, { recursive: true });
    const notice = fixture.event(project, ({ type }) => type === 'notice');
    await start(project);
    expect(await notice).toMatchObject({ notice: { severity: 'warning' } });
    await project.stop();
    expect(findLostRun(path, 7)).toBeUndefined();
  });
});
