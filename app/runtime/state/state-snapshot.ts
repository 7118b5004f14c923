import { viewMemory } from '../../model/codec/memory-views.ts';
import type { Codec, MessageObject } from '../../model/codec/codec.ts';
import { decodeJson } from '../../model/codec/json-decode.ts';
import type { Json, StructType } from '../../model/message-type.ts';
import type { ActorState } from '../lifecycle.ts';

/**
 * `between-batches`: as handlers that have returned left it. `left-by-trap`: the actor has failed, and its last handler may
 * have been in the middle of a change.
 */
export type SnapshotMoment = 'between-batches' | 'left-by-trap';

interface SnapshotInit {
  readonly label: string;
  readonly actorState: ActorState;
  readonly moment: SnapshotMoment;
  readonly codec: Codec;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The state of one instance at one moment: a copy. */
export class StateSnapshot<T extends object = MessageObject> {
  /** `mean#0`. */
  readonly label: string;
  readonly actorState: ActorState;
  readonly moment: SnapshotMoment;
  readonly type: StructType;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #codec: Codec;

  constructor({ label, actorState, moment, codec, bytes }: SnapshotInit) {
    this.label = label;
    this.actorState = actorState;
    this.moment = moment;
    this.type = codec.type;
    this.bytes = bytes;
    this.#codec = codec;
  }

  /** Numbers, bigints, strings, arrays and objects, as in messages. A new object each time. */
  get value(): T {
    return this.#codec.read(viewMemory(this.bytes.buffer), 0) as T;
  }

  /** @throws StudioError `InvalidValue` where the bytes hold what the type cannot, a bool of 2, say. */
  json(): Json {
    return decodeJson(this.type, this.bytes);
  }
}
