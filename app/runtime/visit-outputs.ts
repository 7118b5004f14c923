import { HEADER } from '../abi/arena-layout.ts';
import type { Cursor } from '../model/codec/codec.ts';
import type { StructType } from '../model/message-type.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import { isOfType } from './message-header.ts';

interface OutputReader {
  readonly surroundings: Pick<ActorSurroundings, 'arena' | 'outputType'>;
  readonly cursorOf: (type: StructType) => Cursor<object>;
}

/** Visits outputs in their slots, until there are none or `visit` gives false; how many. Nothing is allocated for each. */
export function visitOutputs(
  instances: readonly ActorInstance[],
  { surroundings, cursorOf }: OutputReader,
  visit: (message: object) => unknown,
): number {
  let type: StructType | undefined;
  let cursor: Cursor<object> | undefined;
  let count = 0;
  let isWanted = true;
  for (const instance of instances) {
    instance.takeOutput((slot) => {
      if (!isWanted) return false;
      if (!isOfType(surroundings.arena, slot, type)) {
        type = surroundings.outputType(instance, slot);
        cursor = type && cursorOf(type);
      }
      if (cursor === undefined) return undefined;
      count++;
      isWanted = visit(cursor.at(slot + HEADER.sizeBytes)) !== false;
      return true;
    });
  }
  return count;
}
