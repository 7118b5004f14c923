import { describe, expect, it } from 'vitest';

import type { Revision } from '../../app/contract/revision.ts';
import { pipelineRow } from './pipeline.ts';

const stages = [
  { name: 'sources', durationMs: 1 },
  { name: 'parse', durationMs: 4 },
  { name: 'analyze', durationMs: 12 },
  { name: 'compile', durationMs: 96 },
  { name: 'link', durationMs: 28 },
  { name: 'load', durationMs: 3 },
];
const loaded: Revision = {
  ...{ path: 'mean.cu', number: 41, savedAtMs: 0, status: 'loaded', problems: [] },
  ...{ stages, totalMs: 144 },
};
const error = { severity: 'error', code: 'e', message: 'm' } as const;

describe('the way of a revision', () => {
  it('shows the stages in proportion to their time, short ones widened', () => {
    const { segments, total, verb } = pipelineRow(loaded, []);
    expect(segments.map(({ name, value }) => `${name} ${value ?? ''}`)).toEqual([
      'parse 4 ms',
      'analyze 12 ms',
      'compile 96 ms',
      'link 28 ms',
      'load 3 ms',
    ]);
    const weight = (name: string): number => segments.find((segment) => segment.name === name)!.weight;
    expect(weight('compile') / weight('link')).toBeCloseTo(96 / 28);
    expect(weight('load')).toBeGreaterThan(3);
    expect({ total, verb }).toEqual({ total: '144 ms', verb: 'loaded' });
  });

  it('leaves other stages out where they take next to no time', () => {
    const long = { ...loaded, stages: [...stages, { name: 'instrument', durationMs: 40 }] };
    const names = pipelineRow(long, []).segments.map(({ name }) => name);
    expect(names).toContain('instrument');
    expect(names).not.toContain('sources');
  });

  it('ends at the stage that failed; the rest was skipped and is as wide as it was before', () => {
    const failed: Revision = { ...loaded, number: 42, status: 'failed', stages: stages.slice(0, 3), problems: [error] };
    const { segments } = pipelineRow(failed, [loaded]);
    expect(segments.slice(-2)).toEqual([
      { kind: 'failed', name: 'analyze', value: '1 error', weight: 12 },
      { kind: 'skipped', name: 'compile, link and load were skipped', value: undefined, weight: 127 },
    ]);
  });

  it('says that a load was refused', () => {
    const refused: Revision = {
      ...loaded,
      number: 42,
      status: 'refused',
      stages: stages.slice(0, 5),
      problems: [error],
    };
    expect(pipelineRow(refused, [loaded]).segments.at(-1)!.name).toBe('load was refused');
  });

  it('is one box while it is under way', () => {
    const { stages: _, totalMs: __, ...rest } = loaded;
    const { segments, total } = pipelineRow({ ...rest, status: 'compiling' }, []);
    expect(segments).toEqual([{ kind: 'busy', name: 'compiling', value: undefined, weight: 1 }]);
    expect(total).toBeUndefined();
  });
});
