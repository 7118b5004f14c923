import { StudioError } from '../base/studio-error.ts';
import type { ActorInstance } from './actor-instance.ts';

export function requestTimeout(instance: ActorInstance | undefined, actorId: number): StudioError {
  const label = instance?.label ?? actorId.toString();
  const depth = instance?.depth ?? 0;
  return new StudioError('RequestTimeout', `no reply from '${label}' in time.`, {
    tip: `It is ${instance?.state ?? 'gone'}; ${depth === 1 ? '1 message waits' : `${depth.toString()} messages wait`} for it.`,
  });
}
