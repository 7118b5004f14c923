import { blockLimits, gridLimits } from '../../../app/model/dim3.ts';
import { mostActors } from '../../../app/model/most-actors.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import { usageError, type Arguments, type IntegerRange } from '../command/arguments.ts';
import type { CommandSpec } from '../command/command-spec.ts';
import {
  fileKind,
  openKernel,
  openTopology,
  type Project,
  type ProjectFile,
  type TopologyOverrides,
} from '../project/project.ts';
import { checkFile } from '../project/text-file.ts';
import { mergePatch } from './merge-patch.ts';
import { addressed, MessageAddresser, type AddressedMessage } from '../../host/batch/message-sender.ts';
import { ownMessages, type OutgoingMessage } from '../../host/batch/outgoing-message.ts';
import type { Input } from './input-messages.ts';

export const workerRange: IntegerRange = { min: 1, max: 64 };
export const timeoutRange: IntegerRange = { min: 1, max: 2 ** 31 - 1 };

/** What options say of the actors. @throws StudioError for options that do not go together, a missing file */
export async function readOverrides(
  args: Arguments,
  file: ProjectFile,
  spec: Pick<CommandSpec, 'name'>,
): Promise<TopologyOverrides> {
  const overrides = {
    kernel: args.text('kernel'),
    instances: args.integer('instances', { min: 1, max: mostActors }),
    block: args.dim('block', blockLimits),
    grid: args.dim('grid', gridLimits),
  };
  const kind = fileKind(file.path);
  await checkFile(file.path, file.cwd);
  for (const option of ['kernel', 'instances'] as const) {
    if (kind === 'kernel' || overrides[option] === undefined) continue;
    const message = `--${option} is for a .cu file; a topology says it itself, for each of its actors.`;
    throw usageError(spec, 'InvalidOption', message);
  }
  return overrides;
}

export interface CompileTarget {
  readonly runtime: StudioRuntime;
  /** Gets the loaded programs. */
  readonly programs: Map<string, Program>;
  readonly signal: AbortSignal;
}

/**
 * Compiles a project and loads its programs.
 *
 * @throws StudioError
 */
export async function openProject(
  file: ProjectFile,
  overrides: TopologyOverrides,
  { runtime, programs, signal }: CompileTarget,
): Promise<Project> {
  const open = fileKind(file.path) === 'kernel' ? openKernel : openTopology;
  return open(
    file,
    async ({ projectDir, file: source }) => {
      const program = await runtime.compile(source, { projectDir, signal });
      programs.set(source, program);
      return program.image.info;
    },
    overrides,
  );
}

export interface MessageSources {
  readonly injected: readonly OutgoingMessage[];
  readonly input: Pick<Input, 'messages'> | undefined;
  /** What --edit changes of the input. */
  readonly patch?: Readonly<Record<string, unknown>> | undefined;
  /** From a checkpoint: what the topology brings along has been sent before. */
  readonly isContinuing?: boolean;
}

/**
 * The messages to send. Those known now are checked now, so that nothing runs when one of them is wrong.
 *
 * @throws StudioError about the first one that is
 */
export function chooseMessages(
  { topology, programs }: Project,
  { injected, input, patch, isContinuing = false }: MessageSources,
) {
  const addresser = new MessageAddresser(topology, programs);
  const isOwn = injected.length === 0 && input === undefined && !isContinuing;
  const own = ownMessages(topology);
  const known = (isOwn ? own : injected).map((message) => addresser.address(message));
  return { isNothing: isOwn && own.length === 0, all: addressAll(known, edited(input?.messages, patch), addresser) };
}

function edited(input: AsyncIterable<OutgoingMessage> | undefined, patch: MessageSources['patch']) {
  return input === undefined || patch === undefined ? input : editAll(input, patch);
}

async function* editAll(input: AsyncIterable<OutgoingMessage>, patch: object): AsyncGenerator<OutgoingMessage, void> {
  for await (const outgoing of input) yield { ...outgoing, message: mergePatch(outgoing.message, patch) };
}

async function* addressAll(
  known: readonly AddressedMessage[],
  input: AsyncIterable<OutgoingMessage> | undefined,
  addresser: MessageAddresser,
): AsyncGenerator<AddressedMessage, void> {
  yield* known;
  if (input !== undefined) yield* addressed(input, addresser);
}
