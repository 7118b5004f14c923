import { StudioError } from '../base/studio-error.ts';
import type { DeviceFault } from '../device/device.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorState } from './lifecycle.ts';

interface Addressee {
  readonly label: string;
  readonly state: ActorState;
  readonly fault: DeviceFault | undefined;
}

/** What says that an actor of that state takes no messages; undefined for one that does. */
export function refusalOf({ label, state, fault }: Addressee): StudioError | undefined {
  switch (state) {
    case 'failed':
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

/** Of a message that the host wanted to send. */
export function queueFull(instance: ActorInstance): StudioError {
  instance.rejected++;
  const capacity = instance.host.normal.capacity.toString();
  return new StudioError('QueueFull', `the queue of '${instance.label}' is full (capacity ${capacity}).`, {
    tip: "Send more slowly, raise the capacity, or launch with overflow 'block'.",
  });
}
