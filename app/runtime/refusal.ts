import { StudioError } from '../base/studio-error.ts';
import type { DeviceFault } from '../device/device.ts';
import type { ActorState } from './lifecycle.ts';

interface Addressee {
  readonly label: string;
  readonly state: ActorState;
  readonly fault: DeviceFault | undefined;
  /** It has failed and will be started again. */
  readonly awaitsRestart: boolean;
}

/** What says that an actor of that state takes no messages; undefined for one that does. */
export function refusalOf({ label, state, fault, awaitsRestart }: Addressee): StudioError | undefined {
  switch (state) {
    case 'failed':
      if (awaitsRestart) return undefined;
      return new StudioError('ActorFailed', `actor '${label}' has failed: ${fault?.cause ?? 'unknown cause'}.`, {
        tip: fault?.detail ?? '',
      });
    case 'terminating':
    case 'terminated':
      return new StudioError('ActorTerminated', `actor '${label}' has ended.`, { tip: 'Launch the kernel again.' });
    case 'created':
    case 'launched':
    case 'active':
    case 'deactivated':
      return undefined;
  }
}

/** For who waited to send to an actor that has been started afresh meanwhile. */
export function actorReset(label: string): StudioError {
  return new StudioError('ActorReset', `actor '${label}' has been reset: its queues were emptied.`, {
    tip: 'Send the message again.',
  });
}

/** For who named one that there is not. */
export function unknownInstance(
  { name, instances }: { readonly name: string; readonly instances: readonly unknown[] },
  index: number | undefined,
): StudioError {
  return new StudioError('UnknownInstance', `actor '${name}' has no instance ${String(index)}.`, {
    tip: `It has ${instances.length.toString()}, counted from 0.`,
  });
}
