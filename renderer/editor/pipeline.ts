import { isOfCompiler } from '../../app/base/studio-error.ts';
import type { Revision, RevisionStatus } from '../../app/contract/revision.ts';

/** A box of the strip. */
export interface Segment {
  readonly kind: 'done' | 'failed' | 'skipped' | 'busy';
  /** `compile`, or for `skipped` a sentence. */
  readonly name: string;
  /** `96 ms`, `1 error`. */
  readonly value: string | undefined;
  /** Share of the row's width, before minimum widths. */
  readonly weight: number;
}

export interface PipelineRow {
  readonly number: number;
  readonly verb: string;
  readonly atMs: number;
  readonly segments: readonly Segment[];
  readonly total: string | undefined;
}

const order = ['parse', 'analyze', 'compile', 'link', 'load'] as const;
/** How long stages take about, as long as nothing was measured. */
const typical: Readonly<Record<string, number>> = { parse: 60, analyze: 5, compile: 100, link: 30, load: 5 };
/** Other stages are shown from this share of the time on. */
const SHOWN_SHARE = 0.05;
const MIN_SHARE = 0.07;
/** Stages whose own names say too little. */
const words: Readonly<Record<string, string>> = { sources: 'read files', cache: 'from cache' };

const verbs: Readonly<Record<RevisionStatus, string>> = {
  compiling: 'saved',
  failed: 'saved',
  compiled: 'compiled',
  loaded: 'loaded',
  'loaded-after-reset': 'loaded',
  refused: 'saved',
  superseded: 'replaced',
};

/** What a revision's way into the actors looks like. `before` are earlier revisions of the file, latest last. */
export function pipelineRow(revision: Revision, before: readonly Revision[]): PipelineRow {
  const { number, savedAtMs: atMs, status, totalMs } = revision;
  const total = totalMs === undefined ? undefined : milliseconds(totalMs);
  return { number, verb: verbs[status], atMs, total, segments: segmentsOf(revision, before) };
}

function segmentsOf(revision: Revision, before: readonly Revision[]): readonly Segment[] {
  if (revision.status === 'compiling') {
    return [{ kind: 'busy', name: 'compiling', value: undefined, weight: 1 }];
  }
  const all = revision.stages ?? [];
  const sum = all.reduce((total, { durationMs }) => total + durationMs, 0);
  const stages = all.filter(
    ({ name, durationMs }) => durationMs >= sum * SHOWN_SHARE || (order as readonly string[]).includes(name),
  );
  const segments: Segment[] = stages.map(({ name, durationMs }) => ({
    kind: 'done',
    name: words[name] ?? name,
    value: milliseconds(durationMs),
    weight: Math.max(durationMs, sum * MIN_SHARE),
  }));
  if (revision.status === 'failed') return withFailure(segments, { revision, before });
  if (revision.status === 'refused') return [...segments, skippedOf(['load'], { before, verb: 'refused' })];
  return segments;
}

function withFailure(
  segments: readonly Segment[],
  { revision, before }: { readonly revision: Revision; readonly before: readonly Revision[] },
): readonly Segment[] {
  const errors = revision.problems.filter(({ severity }) => severity === 'error').length;
  const last = segments.at(-1) ?? { name: 'parse', weight: 1 };
  const count = errors === 1 ? '1 error' : `${errors} errors`;
  const failed: Segment = {
    kind: 'failed',
    name: last.name,
    value: revision.problems.some(isOfCompiler) ? 'not compiled' : count,
    weight: last.weight,
  };
  const reached = (order as readonly string[]).indexOf(last.name);
  const skipped = order.slice(reached + 1);
  const done = segments.slice(0, -1);
  return skipped.length === 0 ? [...done, failed] : [...done, failed, skippedOf(skipped, { before, verb: 'skipped' })];
}

/** As wide as the steps were the last time, so that the row shows how far it came. */
function skippedOf(
  names: readonly string[],
  { before, verb }: { readonly before: readonly Revision[]; readonly verb: string },
): Segment {
  const last = before.findLast(({ stages }) => stages?.some(({ name }) => name === 'load'));
  const weight = names.reduce(
    (sum, name) => sum + (last?.stages?.find((stage) => stage.name === name)?.durationMs ?? typical[name] ?? 10),
    0,
  );
  const list = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
  const name = `${list} ${names.length === 1 ? 'was' : 'were'} ${verb}`;
  return { kind: 'skipped', name, value: undefined, weight };
}

function milliseconds(ms: number): string {
  if (ms < 0.95) return '<1 ms';
  if (ms < 9.95) return `${ms.toFixed(ms < 2 ? 1 : 0)} ms`;
  return ms < 10_000 ? `${Math.round(ms).toLocaleString('en-US')} ms` : `${(ms / 1000).toFixed(1)} s`;
}
