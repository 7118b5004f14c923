import { StudioError } from '../../../app/base/studio-error.ts';

/** Somebody has stopped what runs, or closed the project, while it was about to start. */
export function startStopped(): StudioError {
  return new StudioError('StartStopped', 'the start was stopped.');
}
