import type { GpuReading, GpuSample } from '../../../app/contract/gpu-figures.ts';
import { HOST_AWAY } from '../../stores/connection.store.ts';
import { formatClock } from '../../ui/format.ts';
import type { ArrivedReading } from './gpu-history.ts';

/** What the panel shows. */
export type GpuView =
  | { readonly kind: 'nothing'; readonly title: string; readonly text: string }
  | {
      readonly kind: 'figures';
      readonly sample: GpuSample;
      /** Why the figures are old; undefined while they come. */
      readonly stale: string | undefined;
    };

/** A sample is due once a second: after this long the window says that none has come. */
const LATE_AFTER_MS = 5_000;

interface Circumstances {
  /** Of `performance.now()`. */
  readonly nowMs: number;
  readonly isHostAway: boolean;
}

export function gpuView({ reading, arrivedAtMs }: ArrivedReading, { nowMs, isHostAway }: Circumstances): GpuView {
  const why = isHostAway ? HOST_AWAY : whyStale(reading, nowMs - arrivedAtMs);
  const sample = sampleOf(reading);
  if (reading.kind === 'absent' && !isHostAway) {
    return { kind: 'nothing', title: 'GPU figures are unknown', text: `${reading.reason} ${reading.remedy}` };
  }
  if (sample === undefined) {
    return why === undefined
      ? { kind: 'nothing', title: 'Asking NVML', text: 'The figures are on their way.' }
      : { kind: 'nothing', title: 'GPU figures are unknown', text: why };
  }
  const stale = why === undefined ? undefined : `${why} These figures are of ${formatClock(sample.atMs)}.`;
  return { kind: 'figures', sample, stale };
}

function sampleOf(reading: GpuReading): GpuSample | undefined {
  switch (reading.kind) {
    case 'live':
      return reading.sample;
    case 'stale':
      return reading.sample ?? undefined;
    case 'starting':
    case 'absent':
      return undefined;
  }
}

function whyStale(reading: GpuReading, ageMs: number): string | undefined {
  switch (reading.kind) {
    case 'stale':
      return `${reading.reason}${nextAttempt(reading.retryInMs)}`;
    case 'live':
      return ageMs > LATE_AFTER_MS ? 'The studio host has sent no new figures.' : undefined;
    case 'starting':
    case 'absent':
      return undefined;
  }
}

/** Of the moment at which it was told: a sentence that counts down would be read out again and again. */
function nextAttempt(retryInMs: number | null): string {
  if (retryInMs === null) return '';
  return retryInMs < 1_500 ? ' Another one begins at once.' : ` Another one begins after ${formatSeconds(retryInMs)}.`;
}

function formatSeconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

const spansMs = [60_000, 120_000, 300_000, 600_000];

/** The charts begin with a minute, so that the first seconds are not lost at the edge, and grow by steps. */
export function spanOf(oldestMs: number, newestMs: number): { readonly fromMs: number; readonly toMs: number } {
  const spanMs = spansMs.find((span) => newestMs - oldestMs <= span) ?? spansMs.at(-1)!;
  return { fromMs: newestMs - spanMs, toMs: newestMs };
}
