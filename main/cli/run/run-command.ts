import { basename } from 'node:path';

import { blockLimits, gridLimits } from '../../../app/model/dim3.ts';
import { mostActors } from '../../../app/model/most-actors.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { usageError, type Arguments } from '../command/arguments.ts';
import type { Command, CommandContext } from '../command/command.ts';
import type { ExitCode } from '../exit-code.ts';
import {
  fileKind,
  openKernel,
  openTopology,
  readTopology,
  type Project,
  type ProjectFile,
  type TopologyOverrides,
} from '../project/project.ts';
import { CompileService } from '../project/compile-service.ts';
import { checkFile } from '../project/text-file.ts';
import { hasSenders } from './host-report.ts';
import { otlpTarget } from '../otlp-options.ts';
import { LedgerFile } from './ledger-file.ts';
import { MessageAddresser, type AddressedMessage } from './message-sender.ts';
import { injectedMessages, openInput, type Input, type OutgoingMessage } from './outgoing-message.ts';
import { mergePatch, parseEdit } from './merge-patch.ts';
import { planCheckpoints } from './run-checkpoints.ts';
import { openResultSink, type ResultSink } from './result-sink.ts';
import { checkRunFiles } from './run-files.ts';
import { RunExport } from './run-export.ts';
import { runSpec } from './run-spec.ts';
import { runTopology } from './run-topology.ts';

export const runCommand: Command = { ...runSpec, run };

const MAX_WORKERS = 64;
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  await using service = new CompileService(context);
  return await runWith(args, context, service);
}

/** Runs with a compiler that the caller may share between runs. */
export async function runWith(args: Arguments, context: CommandContext, service: CompileService): Promise<ExitCode> {
  const file = { path: args.only('a kernel (.cu) or a topology (.ring.json)'), cwd: context.cwd };
  const overrides = await readOverrides(args, file);
  const timeoutMs = args.integer('timeout-ms', { min: 1, max: MAX_TIMEOUT_MS });
  const workers = args.integer('workers', { min: 1, max: MAX_WORKERS });
  const addressing = { to: args.text('to'), type: args.text('type') };
  const injected = injectedMessages(args.texts('inject'), addressing);
  const inputPath = args.text('input');
  const patch = optional(args.text('edit'), parseEdit);
  if (patch !== undefined && inputPath === undefined)
    throw usageError(runSpec, 'InvalidOption', '--edit goes with --input FILE.');
  const ledgerPath = args.text('ledger');
  if (ledgerPath === '-') throw usageError(runSpec, 'InvalidOption', '--ledger takes a file.');
  const otlp = otlpTarget(args, process.env);
  using input = inputPath === undefined ? undefined : await openInput({ ...context, path: inputPath, addressing });
  const checkpoints = await planCheckpoints(args, context);
  const exporting =
    otlp && (await RunExport.start({ target: otlp, project: basename(file.path), terminal: context.terminal }));
  await using runtime = await createRuntime({
    device: overrides.device ?? 'cpu',
    ...(workers !== undefined && { workers }),
    ledger: ledgerPath !== undefined,
    observers: exporting?.observers ?? [],
    compiler: service.compiler,
  });
  await using _ending = exporting; // before the runtime, whose last numbers it sends
  exporting?.attach(runtime);
  const programs = new Map<string, Program>();
  const project = await openProject(file, overrides, { runtime, programs, signal: context.signal });
  service.reportWarnings();
  const isContinuing = checkpoints.restored !== undefined;
  const messages = chooseMessages(project, { injected, input, patch, isContinuing });
  if (messages.isNothing && !isContinuing && !hasSenders(project.topology))
    context.terminal.note('note: nothing to send; --inject and --input give messages.');
  const [output, letters] = [args.text('output'), args.text('dead-letters')];
  const { cwd } = file;
  await checkRunFiles(args, file, project);
  const sink = await openResultSink(context.terminal, { option: '--output', path: output, cwd });
  let letterSink: ResultSink | undefined;
  try {
    const target = { option: '--dead-letters', path: letters, cwd };
    letterSink = letters === undefined ? undefined : await openResultSink(context.terminal, target);
    using ledgerFile = ledgerPath === undefined ? undefined : new LedgerFile({ path: ledgerPath, cwd });
    const hasMetrics = args.has('metrics');
    const sinks = { sink, letterSink, ledgerFile };
    const plan = { project, programs, messages: messages.all, ...sinks, timeoutMs, hasMetrics, checkpoints };
    return await runTopology(runtime, plan, context);
  } finally {
    await letterSink?.close();
    await sink.close();
  }
}

/** @throws StudioError for options that do not go together, a missing file */
async function readOverrides(args: Arguments, file: ProjectFile): Promise<TopologyOverrides> {
  const device = args.choice('device', ['cpu', 'cuda']);
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
    throw usageError(runSpec, 'InvalidOption', message);
  }
  const chosen = device ?? (kind === 'topology' ? (await readTopology(file)).device : undefined) ?? 'cpu';
  return { ...overrides, device: chosen };
}

interface CompileTarget {
  readonly runtime: StudioRuntime;
  /** Gets the loaded programs. */
  readonly programs: Map<string, Program>;
  readonly signal: AbortSignal;
}

async function openProject(
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

interface MessageSources {
  readonly injected: readonly OutgoingMessage[];
  readonly input: Input | undefined;
  /** What --edit changes of the input. */
  readonly patch: Readonly<Record<string, unknown>> | undefined;
  /** From a checkpoint: what the topology brings along has been sent before. */
  readonly isContinuing: boolean;
}

/**
 * The messages to send. Those known now are checked now, so that nothing runs when one of them is wrong.
 *
 * @throws StudioError about the first one that is
 */
function chooseMessages({ topology, programs }: Project, { injected, input, patch, isContinuing }: MessageSources) {
  const addresser = new MessageAddresser(topology, programs);
  const isOwn = injected.length === 0 && input === undefined && !isContinuing;
  const own = (topology.inject ?? []).map((injection, index) => ({ ...injection, place: `inject[${index}]` }));
  const known = (isOwn ? own : injected).map((message) => addresser.address(message));
  return { isNothing: isOwn && own.length === 0, all: addressAll(known, edited(input?.messages, patch), addresser) };
}

function edited(input: AsyncIterable<OutgoingMessage> | undefined, patch: MessageSources['patch']) {
  return input === undefined || patch === undefined ? input : editAll(input, patch);
}

async function* editAll(input: AsyncIterable<OutgoingMessage>, patch: object): AsyncGenerator<OutgoingMessage, void> {
  for await (const outgoing of input) yield { ...outgoing, message: mergePatch(outgoing.message, patch) };
}

function optional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

async function* addressAll(
  known: readonly AddressedMessage[],
  input: AsyncIterable<OutgoingMessage> | undefined,
  addresser: MessageAddresser,
): AsyncGenerator<AddressedMessage, void> {
  yield* known;
  if (input === undefined) return;
  for await (const message of input) yield addresser.address(message);
}
