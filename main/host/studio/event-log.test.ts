import { describe, expect, test } from 'vitest';
import type { ProjectEvent } from '../../../app/contract/project.ts';
import type { Numbered } from '../../../app/contract/studio-host.ts';
import { EventLog } from './event-log.ts';

const removed = (path: string): ProjectEvent => ({ type: 'file-removed', path });
const cleared: ProjectEvent = { type: 'console-cleared' };
const file = (text: string): ProjectEvent => ({
  type: 'file',
  file: { path: 'a.cu', text, version: 1, isDirty: true },
  origin: 'window',
});

/** Stands for a snapshot, which says nothing here. */
const snapshot = (): ProjectEvent => ({ type: 'project', project: { id: 'p', name: 'snapshot', dir: '/' } });

async function take(log: EventLog, count: number, lastId?: string): Promise<readonly Numbered<ProjectEvent>[]> {
  const found: Numbered<ProjectEvent>[] = [];
  for await (const entry of log.read(lastId, new AbortController().signal)) {
    found.push(entry);
    if (found.length === count) break;
  }
  return found;
}

describe('the event log', () => {
  test('begins with a snapshot, then gives what happens', async () => {
    const log = new EventLog({ nonce: 'n', snapshot });
    log.append(removed('before'));
    const reading = take(log, 3);
    await Promise.resolve();
    log.append(removed('one'));
    log.append(removed('two'));
    expect((await reading).map(({ event }) => event)).toEqual([snapshot(), removed('one'), removed('two')]);
  });

  test('goes on where a window stopped, with nothing missing or twice', async () => {
    const log = new EventLog({ nonce: 'n', snapshot });
    const [begin] = await take(log, 1);
    for (const path of ['one', 'two', 'three']) log.append(removed(path));
    const first = await take(log, 1, begin!.id);
    const rest = await take(log, 2, first[0]!.id);
    expect([...first, ...rest].map(({ event }) => event)).toEqual(['one', 'two', 'three'].map(removed));
  });

  test('begins anew for ids of another host, of the future, and for nonsense', async () => {
    const log = new EventLog({ nonce: 'n', snapshot });
    log.append(removed('one'));
    for (const id of ['other-1', 'n-99', 'n-', '', 'n-x', 'n-1-1', '-1', 'n--1']) {
      expect((await take(log, 1, id))[0]!.event, id).toEqual(snapshot());
    }
  });

  test('begins anew for who was away too long, and for a reader that is too slow', async () => {
    const log = new EventLog({ nonce: 'n', snapshot, capacity: 10 });
    const [begin] = await take(log, 1);
    const reader = log.read(begin!.id, new AbortController().signal);
    for (let i = 0; i < 11; i++) log.append(removed(`${i}`));
    expect((await take(log, 1, begin!.id))[0]!.event).toEqual(snapshot());
    expect((await reader.next()).value).toMatchObject({ event: snapshot() });
    log.append(cleared);
    expect((await reader.next()).value).toMatchObject({ event: cleared });
  });

  test('keeps no more text than it may', async () => {
    const log = new EventLog({ nonce: 'n', snapshot, maxWeight: 100 });
    const [begin] = await take(log, 1);
    for (let i = 0; i < 3; i++) log.append(file('x'.repeat(40)));
    expect((await take(log, 1, begin!.id))[0]!.event).toEqual(snapshot());
    const [, second] = await take(log, 2, 'n-1');
    expect(second!.event).toEqual(file('x'.repeat(40)));
  });

  test('ends with the signal', async () => {
    const log = new EventLog({ nonce: 'n', snapshot });
    const stop = new AbortController();
    const reader = log.read(undefined, stop.signal);
    await reader.next();
    const waiting = reader.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
