import type { LaunchOutcome } from '../../../app/contract/functions.ts';
import type { DeviceKind } from '../../../app/device/device.ts';

/** `0.42 ms`, `12.3 ms`, `1.20 s` */
export function durationText(ms: number): string {
  if (ms >= 999.95) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms < 9.995 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
}

export function deviceText(device: DeviceKind): string {
  return device === 'cpu' ? 'the simulated device (CPU)' : 'the GPU (CUDA)';
}

/** Shortly, for a list: `0.42 ms`, `failed`. */
export function outcomeText(outcome: LaunchOutcome): string {
  switch (outcome.kind) {
    case 'done':
      return durationText(outcome.durationMs);
    case 'failed':
      return `failed: ${outcome.cause}`;
    case 'cancelled':
      return 'cancelled';
  }
}

type Failed = Extract<LaunchOutcome, { readonly kind: 'failed' }>;

/** `block (1, 0, 0), thread (2, 0, 0)`; empty where nothing is known. */
export function whereText({ block, thread }: Pick<Failed, 'block' | 'thread'>): string {
  const parts = [
    block === undefined ? '' : `block ${tuple(block)}`,
    thread === undefined ? '' : `thread ${tuple(thread)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function tuple(dim: readonly number[]): string {
  return `(${dim.join(', ')})`;
}

/** What to do about it, where more can be said than the detail does. */
export function tipOf({ cause }: Pick<Failed, 'cause'>): string | undefined {
  if (cause === 'runaway') return 'Raise the time limit, or look for a loop that does not end.';
  return cause === 'not-cooperative' ? 'Switch Cooperative on, so that all blocks are under way together.' : undefined;
}
