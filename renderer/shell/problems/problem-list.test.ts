import { describe, expect, it } from 'vitest';

import type { Problem } from '../../../app/base/studio-error.ts';
import type { Revision } from '../../../app/contract/revision.ts';
import type { RunState } from '../../../app/contract/run.ts';
import { listProblems } from './problem-list.ts';

const run: RunState = {
  ...{ runId: 1, phase: 'running', channels: [], problems: [], isOutdated: false, actors: [] },
  device: { kind: 'cpu', description: '' },
};
const message = 'The compiler ended twice (SIGKILL) while it compiled t.cu';
const ended: Problem = { severity: 'error', code: 'compiler-crashed', message };

function revision(number: number, status: Revision['status'], problems: readonly Problem[]): Revision {
  return { path: 't.cu', number, savedAtMs: 5, status, problems };
}

const nothing = { problems: {}, run, topologyPath: 'topology.ring.json', revisions: [] };

describe('the list of problems', () => {
  it('names the file, and no line, where the compiler ended over what was saved and the draft was checked well', () => {
    const problems = { 't.cu': { version: 1, problems: [] } };
    const revisions = [revision(2, 'loaded', []), revision(3, 'failed', [ended])];
    expect(listProblems({ ...nothing, problems, revisions })).toMatchObject([
      { message, check: 'compiler', file: 't.cu', line: undefined, isOfCompiler: true },
    ]);
  });

  it('says it once, though the check, the save and the start have all met it', () => {
    const problems = { 't.cu': { version: 1, problems: [ended] } };
    const revisions = [revision(1, 'failed', [ended])];
    const listed = listProblems({ ...nothing, problems, revisions, run: { ...run, problems: [ended] } });
    expect(listed.map(({ message: words }) => words)).toEqual([message]);
  });

  it('forgets it when a later revision has compiled', () => {
    const revisions = [revision(3, 'failed', [ended]), revision(4, 'loaded', [])];
    expect(listProblems({ ...nothing, revisions })).toEqual([]);
  });
});
