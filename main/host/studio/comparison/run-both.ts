import { StudioError } from '../../../../app/base/studio-error.ts';
import type { CompareInput, ComparedMessages, ComparisonState } from '../../../../app/contract/comparison.ts';
import type { DeviceKind } from '../../../../app/device/device.ts';
import type { StructType } from '../../../../app/model/message-type.ts';
import type { ProgramInfo } from '../../../../app/model/program.ts';
import { checkEnds } from '../../../../app/model/topology/message-sources.ts';
import type { Topology } from '../../../../app/model/topology/topology.ts';
import type { Program } from '../../../../app/runtime/runtime.ts';
import { nothingBut } from '../../../compile/sources/project-folder.ts';
import { addressed, type AddressedMessage, MessageAddresser } from '../../batch/message-sender.ts';
import { ownMessages, type OutgoingMessage, readMessages } from '../../batch/outgoing-message.ts';
import { recordBatch } from '../../batch/recorded-batch.ts';
import { createRuntime, type StudioRuntime } from '../../create-runtime.ts';
import { projectHostFiles, readProjectFile } from '../../host-files/project-files.ts';
import { readOnlyFiles } from '../../host-files/read-only-files.ts';
import type { CompileQueue } from '../compile-queue.ts';
import type { ConsoleLog } from '../console-log.ts';
import { topologyErrors } from '../rehearsal.ts';
import type { RunPlan } from '../run-plan.ts';
import type { RuntimeSettings } from '../runtime-settings.ts';
import { type EndedSide, SideWatch } from './compared-side.ts';

export interface RunBothParts {
  readonly plan: RunPlan;
  readonly queue: CompileQueue;
  readonly console: ConsoleLog;
  readonly runtime: RuntimeSettings;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Omit<ComparisonState, 'id'>) => void;
}

/** Two runs with the same messages, the CPU's first. */
export interface EndedRuns {
  readonly sent: number;
  readonly sides: readonly [EndedSide, EndedSide];
  readonly structs: readonly StructType[];
}

/** So much of what comes out of a run is kept, and as much of what is sent. */
const MOST_BYTES = 2 ** 28;
const TOO_LARGE_TIP = 'Compare with fewer messages, or by `ringstudio compare`, which has no limit but memory.';
const TELL_EVERY = 256;

/**
 * Runs a plan on both devices. They are opened, and everything is compiled and read, before anything runs.
 *
 * @throws StudioError `InvalidTopology` with problems, `CompileFailed`, and what `ProjectComparisons.compare` names
 */
export async function runBoth({ messages: from, hasPrints }: CompareInput, parts: RunBothParts): Promise<EndedRuns> {
  const { plan, signal, onProgress } = parts;
  checkEnds(plan.topology);
  onProgress({ phase: 'preparing', sent: 0, total: 0 });
  await using cpu = await open('cpu', parts);
  await using cuda = await open('cuda', parts);
  const programs = await compileAll(cpu, parts);
  const problems = topologyErrors(plan, programs);
  if (problems.length > 0) throw new StudioError('InvalidTopology', `${plan.topologyPath} cannot run.`, { problems });
  const cudaPrograms = await compileAll(cuda, parts);
  const infos = infosOf(programs);
  const messages = await readAll(from, plan, infos);
  const run = async (device: DeviceKind, runtime: StudioRuntime, loaded: ReadonlyMap<string, Program>) => {
    signal.throwIfAborted();
    using watch = new SideWatch(device, runtime, parts.console);
    const outcome = await recordBatch(runtime, {
      topology: { ...plan.topology, device },
      programs: loaded,
      messages: told(messages, (sent) => onProgress({ phase: device, sent, total: messages.length })),
      files: readOnlyFiles(projectHostFiles(plan.dir)),
      signal,
      hasPrints,
      mostBytes: MOST_BYTES,
    }).catch((error: unknown) => {
      throw onDevice(error, device);
    });
    return await watch.end(outcome);
  };
  const first = await run('cpu', cpu, programs);
  await cpu[Symbol.asyncDispose]();
  const second = await run('cuda', cuda, cudaPrograms);
  const structs = [...infos.values()].flatMap((info) => info.structs);
  return { sent: messages.length, sides: [first, second], structs };
}

function open(device: DeviceKind, { plan, queue, runtime: settings }: RunBothParts): Promise<StudioRuntime> {
  const { observe: _, ...given } = settings;
  return createRuntime({ ...given, ...plan.on, device, compiler: queue.forRun(() => undefined) });
}

async function compileAll(
  runtime: StudioRuntime,
  { plan, signal }: RunBothParts,
): Promise<ReadonlyMap<string, Program>> {
  const programs = new Map<string, Program>();
  const options = { projectDir: plan.dir, overlay: nothingBut(plan.overlay), signal };
  for (const path of plan.sources.keys()) programs.set(path, await runtime.compile(path, options));
  return programs;
}

function infosOf(programs: ReadonlyMap<string, Program>): ReadonlyMap<string, ProgramInfo> {
  return new Map([...programs].map(([path, { image }]) => [path, image.info]));
}

/** All of them, so that both runs get the same. */
async function readAll(
  from: ComparedMessages,
  { dir, topology }: RunPlan,
  programs: ReadonlyMap<string, ProgramInfo>,
): Promise<readonly AddressedMessage[]> {
  const messages: AddressedMessage[] = [];
  let sizeBytes = 0;
  for await (const message of addressed(outgoing(from, dir, topology), new MessageAddresser(topology, programs))) {
    messages.push(message);
    sizeBytes += message.bytes.length;
    if (sizeBytes <= MOST_BYTES) continue;
    throw new StudioError('ComparisonTooLarge', 'the messages are more than 256 MiB.', { tip: TOO_LARGE_TIP });
  }
  return messages;
}

async function* outgoing(
  from: ComparedMessages,
  dir: string,
  topology: Topology,
): AsyncGenerator<OutgoingMessage, void> {
  switch (from.kind) {
    case 'topology':
      yield* ownMessages(topology);
      return;
    case 'file': {
      const addressing = { to: undefined, type: undefined };
      yield* readMessages(toStream(await readProjectFile(dir, from.path)), from.path, addressing);
      return;
    }
    case 'given':
      for (const [index, message] of from.messages.entries())
        yield { ...message, place: `message ${(index + 1).toString()} of ${from.messages.length.toString()}` };
  }
}

async function* toStream(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(bytes);
}

async function* told(
  messages: readonly AddressedMessage[],
  tell: (sent: number) => void,
): AsyncGenerator<AddressedMessage, void> {
  for (const [sent, message] of messages.entries()) {
    if (sent % TELL_EVERY === 0) tell(sent);
    yield message;
  }
  tell(messages.length);
}

/** A limit of the runs, in the studio's words; of everything else, which of them it was. */
function onDevice(error: unknown, device: DeviceKind): unknown {
  if (!(error instanceof StudioError)) return error;
  const { code, message, problems } = error;
  const tip = code === 'ComparisonTooLarge' ? TOO_LARGE_TIP : error.tip;
  return new StudioError(code, `on ${device}: ${message}`, {
    cause: error,
    problems,
    ...(tip !== undefined && { tip }),
  });
}
