import { basename } from 'node:path';

import { hasSenders } from '../../../app/model/topology/message-sources.ts';
import { gpusOf } from '../../../app/model/topology/topology.ts';
import type { ReceiveQueue } from '../../../app/runtime/receive-queue.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { createRuntime } from '../../host/create-runtime.ts';
import { usageError, type Arguments } from '../command/arguments.ts';
import { chosenGpu } from '../command/gpu-option.ts';
import type { Command, CommandContext } from '../command/command.ts';
import type { ExitCode } from '../exit-code.ts';
import { fileKind, readTopology } from '../project/project.ts';
import { CompileService } from '../project/compile-service.ts';
import { otlpTarget } from '../otlp-options.ts';
import { LedgerFile } from './ledger-file.ts';
import { injectedMessages, openInput } from './input-messages.ts';
import { parseEdit } from './merge-patch.ts';
import { OutputPrinter } from './output-printer.ts';
import { planCheckpoints } from './run-checkpoints.ts';
import { openResultSink, type ResultSink } from './result-sink.ts';
import { checkRunFiles } from './run-files.ts';
import { chooseMessages, openProject, readOverrides, timeoutRange, workerRange } from './run-project.ts';
import { RunExport } from './run-export.ts';
import { runSpec } from './run-spec.ts';
import { runTopology, type ResultReader } from './run-topology.ts';

export const runCommand: Command = { ...runSpec, run };

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  await using service = new CompileService(context);
  return await runWith(args, context, service);
}

/** Runs with a compiler that the caller may share between runs. */
export async function runWith(args: Arguments, context: CommandContext, service: CompileService): Promise<ExitCode> {
  const file = { path: args.only('a kernel (.cu) or a topology (.ring.json)'), cwd: context.cwd };
  const sizes = await readOverrides(args, file, runSpec);
  const document = fileKind(file.path) === 'topology' ? await readTopology(file) : undefined;
  const overrides = { ...sizes, device: args.choice('device', ['cpu', 'cuda']) ?? document?.device ?? 'cpu' };
  const gpu = gpusOf(document ?? { actors: [] }, chosenGpu(args));
  const timeoutMs = args.integer('timeout-ms', timeoutRange);
  const workers = args.integer('workers', workerRange);
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
    device: overrides.device,
    gpu,
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
    const readOutputs = (queue: ReceiveQueue): ResultReader => new OutputPrinter(queue, sink, context.terminal);
    const sinks = { readOutputs, letterSink, ledgerFile };
    const plan = { project, programs, messages: messages.all, ...sinks, timeoutMs, hasMetrics, checkpoints };
    return await runTopology(runtime, plan, context);
  } finally {
    await letterSink?.close();
    await sink.close();
  }
}

function optional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}
