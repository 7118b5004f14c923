import { OUTCOMES, type CheckResult, type Outcome } from './outcome.ts';
import type { Check } from './check.ts';
import type { Machine } from './machine.ts';

/** Raised when a reader of the last version would misunderstand it (docs/cuda.md). */
const REPORT_VERSION = 1;

export type Verdict = 'passed' | 'failed' | 'incomplete' | 'interrupted';

export interface ReportedCheck extends CheckResult {
  readonly title: string;
  /** What to do; of those that did not pass. */
  readonly advice?: string;
}

/** The whole of a verification, as a document. */
export interface Report {
  readonly kind: 'ringstudio-verify-cuda';
  readonly version: typeof REPORT_VERSION;
  readonly product: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly options: { readonly gpu: number; readonly isQuick: boolean; readonly isSelection: boolean };
  /** What it ran on: with `stand-in` nothing in here says anything about a GPU. */
  readonly ranOn: 'gpu' | 'stand-in';
  /** What that proves, in a sentence. */
  readonly proves: string;
  readonly verdict: Verdict;
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly machine: Machine;
  readonly checks: readonly ReportedCheck[];
}

export interface ReportParts extends Pick<Report, 'product' | 'options' | 'machine'> {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly checks: readonly Check[];
  readonly results: ReadonlyMap<string, CheckResult>;
  readonly isInterrupted: boolean;
}

export function makeReport(parts: ReportParts): Report {
  const { product, options, machine, results } = parts;
  const why = parts.isInterrupted ? 'it was interrupted before' : 'the time for all checks was over before';
  const checks = parts.checks.map(({ name, title, advice }): ReportedCheck => {
    const missing: CheckResult = { name, outcome: 'unknown', reason: why, durationMs: 0, figures: [] };
    const result = results.get(name) ?? missing;
    return { ...result, title, ...(result.outcome !== 'passed' && { advice }) };
  });
  const count = (outcome: Outcome): number => checks.filter((check) => check.outcome === outcome).length;
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])) as Report['counts']; // of all
  const verdict = judge(counts, parts.isInterrupted);
  return {
    kind: 'ringstudio-verify-cuda',
    version: REPORT_VERSION,
    product,
    startedAt: new Date(parts.startedAtMs).toISOString(),
    durationMs: parts.durationMs,
    options,
    ranOn: machine.driver.isStandIn ? 'stand-in' : 'gpu',
    proves: proof(parts, verdict),
    verdict,
    counts,
    machine,
    checks,
  };
}

function judge({ passed, failed, unknown }: Report['counts'], isInterrupted: boolean): Verdict {
  if (isInterrupted) return 'interrupted';
  if (failed > 0) return 'failed';
  return unknown > 0 || passed === 0 ? 'incomplete' : 'passed';
}

function proof({ machine, options, results }: ReportParts, verdict: Verdict): string {
  const { gpu, driver } = machine;
  if (driver.isStandIn) {
    return 'Nothing about a GPU: the driver is the stand-in of this project’s tests, which runs kernels on the processor. Its figures mean nothing.';
  }
  const where = `${gpu.name ?? 'the GPU'} (${driver.path}${driver.isNamedByEnvironment ? ', named by RINGSTUDIO_CUDA_LIBRARY' : ''})`;
  if (verdict !== 'passed') return `That not everything is known to work on ${where}: see the checks.`;
  const skipped = [...results.values()].filter(({ outcome }) => outcome === 'skipped').map(({ name }) => name);
  const limits = [
    ...(options.isSelection ? ['only the checks below were run'] : []),
    ...(options.isQuick ? ['with few rounds'] : []),
    ...(skipped.length === 0 ? [] : [`without ${skipped.join(', ')}`]),
  ];
  const limit = limits.length === 0 ? '' : ` (${limits.join(', ')})`;
  return `That what the checks say held on ${where} in this run${limit}.`;
}
