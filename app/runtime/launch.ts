import { StudioError } from '../base/studio-error.ts';
import { formatBytes, outOfMemory, type Arena } from '../device/arena.ts';
import { describeJson } from '../model/codec/json-place.ts';
import type { SizeOptions } from '../model/launch-size.ts';
import type { Device, DeviceKind } from '../device/device.ts';
import { memoryNeeds, type ActorPlan } from './actor-memory.ts';
import { sizeActor, sizeProblem } from './actor-size.ts';
import { overflowPolicies, type OverflowPolicy } from './overflow.ts';
import type { LoadedKernel } from './programs.ts';

export type { LoadedKernel } from './programs.ts';

export interface QueueOptions {
  /** Messages that each of the actor's rings holds: a power of two from 16 to 1,048,576. Default 1,024. */
  readonly capacity?: number;
  /** Messages that each of its urgent lanes holds: a power of two from 16 to 1,048,576. Default the capacity, at most 1,024. */
  readonly urgent?: number;
  /** What a full queue does to senders. Default `block`. */
  readonly overflow?: OverflowPolicy;
  /** Of how many accepted messages the `dedupKey` is remembered. Default 0. */
  readonly dedup?: number;
  /** Messages that one handler can send. Default 1,024. */
  readonly outbox?: number;
}

export interface LaunchOptions extends SizeOptions {
  /** Default: the kernel's name. */
  readonly name?: string;
  readonly instances?: number;
  readonly queue?: QueueOptions;
  /** The GPU that runs it, as the driver counts them: one of the device's. Default: the device's first. The CPU device runs all. */
  readonly gpu?: number;
}

export interface LaunchSpec extends LaunchOptions {
  readonly kernel: LoadedKernel;
}

const MIN_CAPACITY = 16;
const MAX_CAPACITY = 1_048_576;
const MAX_OUTBOX = 65_536;
const MAX_DEDUP = 1_048_576;

interface PlanContext extends Pick<ActorPlan, 'seed' | 'ledgerCapacity' | 'gpu'> {
  readonly device: DeviceKind;
}

/** One plan for each instance, with the ids given. */
export function planActor(
  { kernel, name = kernel.info.name, instances = 1, queue = {}, ...sizes }: LaunchSpec,
  ids: readonly number[],
  { seed, ledgerCapacity, gpu, device }: PlanContext,
): readonly ActorPlan[] {
  const { image } = kernel.program;
  const { state, outputs } = kernel.info;
  const { capacity = 1024, overflow = 'block', outbox = 1024 } = queue;
  const { urgent = Math.min(capacity, 1024) } = queue;
  const stateIndex = image.info.structs.findIndex(({ typeId }) => typeId === state?.typeId);
  return ids.map((actorId, instance) => ({
    actorId,
    name: `${name}#${instance.toString()}`,
    instance,
    instanceCount: instances,
    capacity,
    urgentCapacity: urgent,
    outboxCapacity: outbox,
    overflow,
    payloadBytes: largestPayload(kernel),
    stateBytes: state?.sizeBytes ?? 0,
    initialState: state === undefined ? undefined : image.defaults[stateIndex],
    size: sizeActor(kernel, device, sizes),
    portCount: outputs.length,
    seed,
    ledgerCapacity,
    gpu,
  }));
}

/** @throws StudioError `OutOfMemory` with the sum and its largest parts */
export function checkMemory(arena: Arena, plans: readonly ActorPlan[]): void {
  const needs = plans.flatMap((plan) => memoryNeeds(plan));
  const sum = needs.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  if (sum <= arena.freeBytes) return;
  const actors = plans.length === 1 ? '1 actor needs' : `${plans.length.toString()} actors need`;
  const room = `of the arena's ${formatBytes(arena.sizeBytes)} ${formatBytes(arena.freeBytes)} are free`;
  throw outOfMemory(`${actors} ${formatBytes(sum)}; ${room}`, needs);
}

/** Largest message that the actor's rings must hold: what it handles, and what its program's code can send. */
export function largestPayload({ program: { image }, info }: LoadedKernel): number {
  const sent = image.info.structs.filter(({ typeId }) => image.sentTypes.includes(typeId));
  const handled = info.handlers.map(({ message }) => message);
  return Math.max(1, ...[...sent, ...handled].map(({ sizeBytes }) => sizeBytes));
}

/** Index of the GPU in the device's list. @throws StudioError `GpuNotOpen` */
export function gpuIndex({ name, kernel, gpu }: LaunchSpec, { gpus, description }: Device): number {
  if (gpus === undefined || gpu === undefined) return 0;
  const index = gpus.indexOf(gpu);
  if (index !== -1) return index;
  const message = `actor '${name ?? kernel.info.name}' is for GPU ${gpu.toString()}, and the device is ${description}.`;
  throw new StudioError('GpuNotOpen', message, {
    tip: `Open the runtime with gpu: [${[...gpus, gpu].join(', ')}], or launch it on GPU ${gpus.join(' or ')}.`,
  });
}

/** @throws StudioError `InvalidLaunch`, `BlockNotSupported` */
export function checkSpec(
  { kernel, name = kernel.info.name, instances = 1, queue = {}, gpu, ...options }: LaunchSpec,
  names: Set<string>,
  device: DeviceKind,
): void {
  const { capacity = 1024, urgent = Math.min(capacity, 1024), outbox = 1024, dedup = 0 } = queue;
  const invalid = (message: string, tip: string): StudioError =>
    new StudioError('InvalidLaunch', `actor '${name}': ${message}`, { tip });
  if (queue.overflow !== undefined && !overflowPolicies.includes(queue.overflow))
    throw invalid(`overflow ${describeJson(queue.overflow)}.`, `It is one of: ${overflowPolicies.join(', ')}.`);
  if (names.has(name)) throw invalid('an actor of this name is launched already.', 'Give it another name.');
  names.add(name);
  if (!Number.isInteger(instances) || instances < 1) throw invalid(`${instances.toString()} instances.`, 'At least 1.');
  const range = 'It is a power of two from 16 to 1,048,576.';
  if (!isCapacity(capacity)) throw invalid(`capacity ${capacity.toString()}.`, range);
  if (!isCapacity(urgent)) throw invalid(`urgent capacity ${urgent.toString()}.`, range);
  if (!Number.isInteger(dedup) || dedup < 0 || dedup > MAX_DEDUP)
    throw invalid(`dedup ${dedup.toString()}.`, 'It is a whole number from 0 to 1,048,576.');
  if (!Number.isInteger(outbox) || outbox < 1 || outbox > MAX_OUTBOX)
    throw invalid(`outbox ${outbox.toString()}.`, 'It is a whole number from 1 to 65,536.');
  if (gpu !== undefined && !(Number.isInteger(gpu) && gpu >= 0))
    throw invalid(`gpu ${describeJson(gpu)}.`, 'It is the number of a GPU, from 0 on.');
  const problem = sizeProblem({ name, kernel, device, options });
  if (problem !== undefined) throw new StudioError(problem.code, problem.message, { tip: problem.tip });
}

function isCapacity(count: number): boolean {
  return Number.isInteger(Math.log2(count)) && count >= MIN_CAPACITY && count <= MAX_CAPACITY;
}
