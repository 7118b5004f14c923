import { StudioError, type Actor, type OverflowPolicy } from '../main/index.ts';

export const POLICIES = [
  'block',
  'reject',
  'dropOldest',
  'dropNewest',
  'deadLetter',
] as const satisfies OverflowPolicy[];

export async function sendOrBeRefused(actor: Actor, message: object): Promise<void> {
  try {
    await actor.send(message);
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'QueueFull') throw error;
  }
}

export function processedBy(actor: Actor): number {
  return actor.telemetry().reduce((sum, { processed }) => sum + processed, 0);
}
