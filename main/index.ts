/**
 * The library: compile ring kernels written in CUDA C++, run them as actors on a device, exchange messages with them.
 *
 *     await using runtime = await createRuntime({ device: 'cpu' });
 *     const program = await runtime.compile('vector_add.cu');
 *     const adder = await runtime.launch(program.kernel('vector_add'));
 *     await adder.activate();
 *     const reply = await adder.request({ a: 1, b: 2 });
 */
export { StudioError, type Problem, type SourceLocation } from '../app/base/studio-error.ts';
export type { DeviceFault, DeviceKind, FaultCause } from '../app/device/device.ts';
export type { ThreadPlace } from '../app/device/thread-place.ts';
export type { Dim3, DimSpec } from '../app/model/dim3.ts';
export type { LaunchSize, SizeOptions } from '../app/model/launch-size.ts';
export type { Codec, MessageObject, MessageValue } from '../app/model/codec/codec.ts';
export type { BufferHandle } from '../app/model/buffer-id.ts';
export type { BufferMemory, ByteRange } from '../app/device/buffer-memory.ts';
export type { EnumType, Field, FieldType, Json, StructType } from '../app/model/message-type.ts';
export type {
  FunctionInfo,
  FunctionParameter,
  HandlerInfo,
  KernelInfo,
  OutputPort,
  ParameterType,
  ProgramImage,
  ProgramInfo,
  SymbolInfo,
} from '../app/model/program.ts';
export type { Actor } from '../app/runtime/actor.ts';
export { describeLeaks, type BufferLeak, type BufferStatistics } from '../app/runtime/buffers/buffer-report.ts';
export type { BufferState } from '../app/runtime/buffers/buffer-state.ts';
export type { AllocateOptions, Buffers, BuffersOptions } from '../app/runtime/buffers/buffers.ts';
export type { BufferElement, ElementArray } from '../app/runtime/buffers/element-type.ts';
export type { ElementRange, UnifiedBuffer } from '../app/runtime/buffers/unified-buffer.ts';
export type { DedupKey } from '../app/runtime/send-options.ts';
export type { Fate, Receipt } from '../app/runtime/receipts.ts';
export type { BatchOptions, BroadcastOptions, RequestOptions, SendOptions } from '../app/runtime/send-options.ts';
export type { PublishOptions, PublishReceipt } from '../app/runtime/topics/publisher.ts';
export type { PublishedMessage, TopicListener } from '../app/runtime/topics/subscriptions.ts';
export type { TopicState } from '../app/runtime/topics/topics.ts';
export type { HostActor } from '../app/runtime/host-actors/host-actor.ts';
export {
  defineHostActor,
  type HostActorContext,
  type HostActorDefinition,
  type HostActorEnd,
  type HostReceiver,
} from '../app/runtime/host-actors/host-actor-definition.ts';
export type { HostActorState } from '../app/runtime/host-actors/host-actor-state.ts';
export type { HostActorCounters } from '../app/runtime/host-actors/host-tally.ts';
export type { FileRecord, HostFiles, RecordWriter } from '../app/runtime/host-actors/host-files.ts';
export type { DeviceFunction } from '../app/runtime/functions/device-function.ts';
export type { DeviceSymbol, SymbolValue } from '../app/runtime/functions/device-symbol.ts';
export type { FunctionLaunchOptions, LaunchFigures } from '../app/runtime/functions/functions.ts';
export type { LaunchArgument } from '../app/runtime/functions/launch-arguments.ts';
export { LaunchFailure } from '../app/runtime/functions/launch-failure.ts';
export type { Dimensions } from '../app/runtime/functions/launch-shape.ts';
export { generator, type GeneratorOptions } from '../app/runtime/host-actors/built-ins/generator.ts';
export { replay, type ReplayOptions as TapeOptions } from '../app/runtime/host-actors/built-ins/replay.ts';
export { sink, type SinkOptions } from '../app/runtime/host-actors/built-ins/sink.ts';
export { timer, type TimerOptions } from '../app/runtime/host-actors/built-ins/timer.ts';
export type { ActorState } from '../app/runtime/lifecycle.ts';
export type { DeadLetter, Replay } from '../app/runtime/dead-letters/dead-letter.ts';
export type { DeadLetterFilter } from '../app/runtime/dead-letters/dead-letter-filter.ts';
export type { DeadLetterOptions, DeadLetterSelection } from '../app/runtime/dead-letters/dead-letters.ts';
export type { ReplayOptions, ReplayReport } from '../app/runtime/dead-letters/replay.ts';
export type {
  DeadLetterReason,
  DropCounts,
  DropReason,
  MessageOrigin,
  ReceivedMessage,
} from '../app/runtime/message.ts';
export type { OverflowPolicy } from '../app/runtime/overflow.ts';
export type { EndedDelivery, LedgerError, LedgerTotals, OpenDelivery } from '../app/runtime/ledger/delivery.ts';
export type { Ledger } from '../app/runtime/ledger/ledger.ts';
export type { MessageId } from '../app/runtime/message-header.ts';
export type { Undelivered } from '../app/runtime/quiescence.ts';
export type { LaunchOptions, LaunchSpec, LoadedKernel, QueueOptions } from '../app/runtime/launch.ts';
export type { CheckpointOptions, RestoreOptions, RestoreReport } from '../app/runtime/checkpoint/checkpoints.ts';
export type { FieldFate, FieldMigration } from '../app/model/migration/field-fates.ts';
export type { MessageMigration } from '../app/runtime/state/message-tallies.ts';
export type { InstanceMigration, MigrateOptions, MigrationForecast } from '../app/runtime/state/migration-plan.ts';
export type { ReadStateOptions, WriteStateOptions } from '../app/runtime/state/state-options.ts';
export type { SnapshotMoment, StateSnapshot } from '../app/runtime/state/state-snapshot.ts';
export type { ChannelState, ConnectOptions } from '../app/runtime/channels.ts';
export type { Routing } from '../app/runtime/routing.ts';
export type { ReloadOptions, ReloadReport } from '../app/runtime/reload.ts';
export type { ActorFailure, Program } from '../app/runtime/runtime.ts';
export { deadlockText, type Deadlock, type DeadlockMember } from '../app/runtime/health/deadlock.ts';
export type { ActorHealth, HealthChange, HealthOptions } from '../app/runtime/health/health-monitor.ts';
export type { HealthReason, HealthState } from '../app/runtime/health/judge-health.ts';
export type { EscalationFact, EscalationReason, RestartFact } from '../app/runtime/supervision/supervision.ts';
export type {
  SupervisedActorStatus,
  SupervisionStatus,
  SupervisorStatus,
} from '../app/runtime/supervision/supervision-status.ts';
export type { BackoffOptions, RestartStrategy, SupervisorOptions } from '../app/runtime/supervision/supervisor-spec.ts';
export { TelemetryReader, type ActorCounters } from '../app/runtime/telemetry-reader.ts';
export type { ActorTelemetry, LatencySummary } from '../app/runtime/telemetry.ts';
export { projectHostFiles } from './host/host-files/project-files.ts';
export { createRuntime, StudioRuntime, type CompileOptions, type CreateRuntimeOptions } from './host/create-runtime.ts';
