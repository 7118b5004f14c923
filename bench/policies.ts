import { StudioError, type Actor } from '../main/index.ts';

export { overflowPolicies as POLICIES } from '../app/runtime/overflow.ts';

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
