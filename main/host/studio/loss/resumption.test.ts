import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { StartInput } from '../../../../app/contract/inputs.ts';
import type { Notice } from '../../../../app/contract/project.ts';
import type { StartResult } from '../../../../app/contract/run.ts';
import { ConsoleLog } from '../console-log.ts';
import type { DeviceLoss } from './device-loss.ts';
import { RunResumption } from './resumption.ts';

let stateDir = '';
beforeEach(() => (stateDir = mkdtempSync(join(tmpdir(), 'ringstudio-resumption-'))));
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

/** A host in which the project is open, as far as this is concerned. */
function openHost() {
  const started: StartInput[] = [];
  const restored: string[] = [];
  const notices: Notice[] = [];
  const console = new ConsoleLog(() => undefined);
  let replacements = 0;
  const begun: StartResult = { kind: 'started' };
  const resumption = new RunResumption({
    stateDir,
    console,
    notice: (notice) => notices.push(notice),
    start: (input) => {
      started.push(input);
      return Promise.resolve(begun);
    },
    restore: (id) => {
      restored.push(id);
      return Promise.resolve(begun);
    },
    replaceHost: () => {
      replacements += 1;
      return Promise.resolve();
    },
  });
  const lines = (): readonly string[] => {
    console.flush();
    return console.lines.map(({ text }) => text);
  };
  return { resumption, started, restored, notices, lines, replacements: () => replacements };
}

function loss(atMs: number): DeviceLoss {
  const counts = { accepted: 5, fromActors: 2, finished: 4, deadLetters: 1, waiting: 3 };
  return { runId: 7, gpu: 1, atMs, reason: 'mean#0: out-of-bounds', ...counts, suspects: ['Add {"n":3} to mean#0'] };
}

describe('a run whose host is replaced', () => {
  test('goes on from its checkpoint, once', async () => {
    const checkpoint = '1795883074025-0123abcd-host replaced';
    await openHost().resumption.suspend({ runId: 7, device: 'cpu', gpu: 0, checkpoint, checkpointProblem: null });
    const next = openHost();
    await next.resumption.resume();
    expect([next.restored, next.started]).toEqual([[checkpoint], []]);
    expect(next.lines()).toEqual(['Run 7 goes on in a new process, where it was.']);
    const third = openHost();
    await third.resumption.resume();
    expect(third.restored).toEqual([]);
  });

  test('begins anew where no checkpoint could be taken, and says why', async () => {
    const checkpointProblem = 'a send by name is under way.';
    await openHost().resumption.suspend({ runId: 7, device: 'cuda', gpu: 1, checkpoint: null, checkpointProblem });
    const next = openHost();
    await next.resumption.resume();
    expect(next.started).toEqual([{ device: 'cuda', gpu: 1 }]);
    expect(next.lines()).toEqual(['Run 7 goes on in a new process, with fresh states: a send by name is under way.']);
  });
});

describe('a run whose GPU is lost', () => {
  test('is told in the old process and in the next one, which starts it again', async () => {
    const old = openHost();
    await old.resumption.lost(loss(Date.now()));
    expect(old.replacements()).toBe(1);
    expect(old.notices).toMatchObject([{ severity: 'error', title: 'GPU 1 is lost to this process' }]);
    const next = openHost();
    await next.resumption.resume();
    expect(next.started).toEqual([{ device: 'cuda', gpu: 1 }]);
    const account = old.lines();
    expect(account[2]).toBe('In hand, and a dead letter now: Add {"n":3} to mean#0. It is not sent again.');
    expect(next.lines()).toEqual([
      ...account,
      'Run 7 goes on in a new process, with fresh states: there was no checkpoint.',
    ]);
  });

  test('is given up when it has lost it three times within five minutes', async () => {
    const hosts = [openHost()];
    for (let count = 0; count < 3; count++) {
      await hosts.at(-1)!.resumption.lost(loss(Date.now()));
      hosts.push(openHost());
      await hosts.at(-1)!.resumption.resume();
    }
    expect(hosts.map(({ started }) => started.length)).toEqual([0, 1, 1, 0]);
    expect(hosts.at(-1)!.notices.at(-1)).toMatchObject({ title: 'The run was not started again' });
    expect(readdirSync(stateDir)).toEqual([]);
  });

  test('is not given up for losses of long ago', async () => {
    let host = openHost();
    for (let count = 0; count < 4; count++) {
      await host.resumption.lost(loss(Date.now() - 6 * 60_000));
      host = openHost();
      await host.resumption.resume();
      expect(host.started).toHaveLength(1);
    }
  });
});

describe('a run that has ended, but left its GPU to nobody', () => {
  test('is told, and has the host replaced; the next one does not start it', async () => {
    const old = openHost();
    await old.resumption.lost({ runId: 7, gpu: 1, keptBy: 'a handler of actor 3 had not returned' });
    expect(old.replacements()).toBe(1);
    expect(old.notices).toMatchObject([{ severity: 'warning', title: 'GPU 1 is lost to this process' }]);
    expect(old.lines()).toEqual([
      'Run 7 has ended and left GPU 1 lost to this process: a handler of actor 3 had not returned',
    ]);
    const next = openHost();
    await next.resumption.resume();
    expect([next.started, next.restored]).toEqual([[], []]);
  });
});
