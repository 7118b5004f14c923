import type { Arena } from '../../device/arena.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { initialState } from '../supervision/revive.ts';
import type { PendingRestart } from '../supervision/supervision.ts';
import { readBlockWords } from './block-words.ts';
import type { InstanceRecord } from './checkpoint-header.ts';

// A checkpoint holds an actor whose restart is to come as the restart would leave it: whoever goes on from there knows
// nothing of the failure. The message that it failed on has left its queue, as a dead letter.

type Restarted = Pick<InstanceRecord, 'actorState' | 'words'> & { readonly stateBytes: Uint8Array };

export function afterRestart(arena: Arena, instance: ActorInstance, restart: PendingRestart | undefined): Restarted {
  const { memory, kernel, nextState } = instance;
  const stateAsItIs = arena.u8.slice(memory.state, memory.state + (kernel.state?.sizeBytes ?? 0));
  const words = readBlockWords(arena, memory.address);
  const actorState = nextState === 'created' ? 'launched' : nextState;
  if (restart === undefined) return { actorState, words, stateBytes: stateAsItIs };
  return {
    actorState: restart.isActivated ? 'active' : actorState,
    words: instance.awaitsRestart ? { ...words, terminationRequested: 0 } : words,
    stateBytes: restart.state === 'reset' ? initialState(instance) : stateAsItIs,
  };
}
