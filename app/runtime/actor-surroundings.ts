import type { Arena } from '../device/arena.ts';
import type { MemoryViews } from '../model/codec/memory-views.ts';
import type { StructType } from '../model/message-type.ts';
import type { ActorInstance, InstanceEvents } from './actor-instance.ts';
import type { Buffers } from './buffers/buffers.ts';
import type { HeaderWriter } from './message-header.ts';
import type { RuntimePlatform } from './ports.ts';
import type { RequestTable } from './request-table.ts';
import type { StatePort } from './state/state-options.ts';
import type { TypeRegistry } from './type-registry.ts';

/** What actors share of their runtime. */
export interface ActorSurroundings {
  readonly arena: Arena;
  readonly views: MemoryViews;
  readonly types: TypeRegistry;
  readonly headers: HeaderWriter;
  readonly requests: RequestTable;
  readonly platform: RuntimePlatform;
  readonly buffers: Buffers;
  /** The type of the output at `slot`; undefined when a handler has written over it: then it is dropped. */
  outputType(instance: ActorInstance, slot: number): StructType | undefined;
  readonly onDeadLetter: InstanceEvents['onDeadLetter'];
  readonly expectSignals: () => void;
  readonly states: StatePort;
}
