import { describe, expect, it } from 'vitest';

import type { Problem } from '../../app/base/studio-error.ts';
import type { Revision } from '../../app/contract/revision.ts';
import type { ActorRunState, RunState } from '../../app/contract/run.ts';
import { revisionNotice } from './revision-notice.ts';

function actor(id: string, revision: number): ActorRunState {
  const rest = { instances: 1, capacity: 64, state: 'active', sinceMs: 0 } as const;
  return { id, kernel: 'mean', source: 'mean.cu', revision, ...rest };
}

const run: RunState = {
  ...{ runId: 1, phase: 'running', channels: [], problems: [], isOutdated: false },
  ...{ device: { kind: 'cpu', description: '' }, actors: [actor('mean', 41)] },
};

function revision(number: number, status: Revision['status'], problems: readonly Problem[] = []): Revision {
  return { path: 'mean.cu', number, savedAtMs: 0, status, problems };
}

const error: Problem = {
  ...{ severity: 'error', code: 'compile-error', message: 'm' },
  location: { file: 'mean.cu', line: 35 },
};
const programs = {};

describe('the notice about a revision that does not run', () => {
  it('says how many errors it has and where the first is', () => {
    const revisions = [revision(41, 'loaded'), revision(42, 'failed', [error])];
    expect(revisionNotice('mean.cu', { revisions, run, programs })).toMatchObject({
      running: 41,
      reason: 'r42 has 1 error at line 35, so it was not loaded.',
      resettable: [],
    });
  });

  it('does not blame the source for the end of the compiler', () => {
    const message = 'The compiler ended twice (SIGKILL) while it compiled mean.cu';
    const ended: Problem = { severity: 'error', code: 'compiler-crashed', message };
    const revisions = [revision(41, 'loaded'), revision(42, 'failed', [ended])];
    expect(revisionNotice('mean.cu', { revisions, run, programs })).toMatchObject({
      reason: `${message}; r42 was not compiled.`,
      location: undefined,
      isOfCompiler: true,
    });
  });

  it('says what to install where the compiler for the GPU is missing', () => {
    const tip = 'Install it: pip install nvidia-cuda-nvrtc.';
    const missing: Problem = { severity: 'error', code: 'nvrtc-not-found', message: 'NVRTC was not found.', tip };
    const revisions = [revision(41, 'loaded'), revision(42, 'failed', [missing])];
    expect(revisionNotice('mean.cu', { revisions, run, programs })).toMatchObject({
      reason: `NVRTC was not found; r42 was not compiled. ${tip}`,
      isOfCompiler: true,
    });
  });

  it('is shown in a header that holds the error', () => {
    const inHeader = { ...error, location: { file: 'types.cuh', line: 3 } };
    const revisions = [revision(41, 'loaded'), revision(42, 'failed', [inHeader])];
    const notice = revisionNotice('types.cuh', { revisions, run, programs });
    expect(notice?.reason).toBe('r42 has 1 error at line 3 of types.cuh, so it was not loaded.');
    const mended = [...revisions, revision(43, 'loaded')];
    expect(revisionNotice('types.cuh', { revisions: mended, run, programs })).toBeUndefined();
  });

  it('offers a reset of the actors that hold the old layout', () => {
    const refused = revision(42, 'refused', [{ ...error, code: 'state-layout' }]);
    const notice = revisionNotice('mean.cu', {
      ...{ revisions: [revision(41, 'loaded'), refused], programs },
      run: { ...run, actors: [actor('mean', 41), actor('other', 42)] },
    });
    expect(notice).toMatchObject({ kind: 'refused', resettable: ['mean'] });
    expect(notice?.reason).toContain('changes the layout of the state');
  });

  it('offers no reset where the other end of a channel is wrong', () => {
    const refused = revision(42, 'refused', [{ ...error, code: 'broken-channel', message: 'No receiver.' }]);
    expect(revisionNotice('mean.cu', { revisions: [refused], run, programs })).toMatchObject({
      resettable: [],
      reason: 'r42 was not loaded: No receiver.',
    });
  });

  it('of a change from outside says what to do, in a header as well, and offers no reset: it would not load it', () => {
    const message = 'types.cuh was changed outside of the studio, and nobody has agreed to run it.';
    const tip = 'Stop, and start again: you will be asked.';
    const location = { file: 'types.cuh', line: 1 };
    const refused = revision(42, 'refused', [{ ...error, code: 'consent-needed', message, tip, location }]);
    for (const path of ['mean.cu', 'types.cuh']) {
      expect(revisionNotice(path, { revisions: [refused], run, programs })).toMatchObject({
        resettable: [],
        location: undefined,
        reason: `r42 was not loaded: ${message} ${tip}`,
      });
    }
  });

  it('is absent while nothing runs, and after the latest was loaded', () => {
    const revisions = [revision(42, 'failed', [error])];
    expect(revisionNotice('mean.cu', { revisions, run: { ...run, phase: 'idle' }, programs })).toBeUndefined();
    expect(revisionNotice('mean.cu', { revisions: [revision(41, 'loaded')], run, programs })).toBeUndefined();
  });
});
