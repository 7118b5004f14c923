import { HOST_AWAY } from '../stores/connection.store.ts';
import type { ShownPhase } from '../stores/project.store.ts';

/** Why nothing can be sent in this phase; undefined when it can. */
export function canSend(phase: ShownPhase): string | undefined {
  switch (phase) {
    case 'idle':
      return 'The actors are stopped.';
    case 'compiling':
      return 'The sources are compiling.';
    case 'starting':
      return 'The actors are starting.';
    case 'stopping':
      return 'The actors are stopping.';
    case 'unknown':
      return HOST_AWAY;
    case 'running':
    case 'paused':
      return undefined;
  }
}

/** 1 to 100,000,000, commas and `1e6` allowed. */
export function readCount(text: string): number | undefined {
  return wholeNumber(text, 100_000_000);
}

export function readTimeout(text: string): number | undefined {
  return wholeNumber(text, 600_000);
}

/** Messages per second; undefined for as many as the queue takes. */
export function readRate(text: string): number | 'wrong' | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text.replaceAll(',', ''));
  return value > 0 && value <= 100_000_000 ? value : 'wrong';
}

function wholeNumber(text: string, max: number): number | undefined {
  const value = Number(text.replaceAll(',', '').trim());
  return text.trim() !== '' && Number.isInteger(value) && value >= 1 && value <= max ? value : undefined;
}
