import { StudioError } from '../../../app/base/studio-error.ts';
import type { ThreadPlace } from '../../../app/device/thread-place.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import type { DeviceFunction } from '../../../app/runtime/functions/device-function.ts';
import { LaunchFailure } from '../../../app/runtime/functions/launch-failure.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { makeArguments, type MadeArgument } from '../../host/functions/make-arguments.ts';
import { symbolValue } from '../../host/functions/symbol-text.ts';
import type { Arguments } from '../command/arguments.ts';
import { chosenGpu } from '../command/gpu-option.ts';
import type { Command, CommandContext } from '../command/command.ts';
import { ExitCode } from '../exit-code.ts';
import { PrintLines } from '../run/print-lines.ts';
import { CompileService } from '../project/compile-service.ts';
import { compileKernel, fileKind } from '../project/project.ts';
import { checkFile, readWholeFile } from '../project/text-file.ts';
import { listLines } from './exec-list.ts';
import { parameterIndex, planExec, type ExecPlan } from './exec-plan.ts';
import { checkPrints, failureLine, resultLines } from './exec-report.ts';
import { execSpec } from './exec-spec.ts';
import { saveBuffer } from './save-buffer.ts';

export const execCommand: Command = { ...execSpec, run };

const MAX_WORKERS = 64;

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const file = { path: args.only('a CUDA file (.cu)'), cwd: context.cwd };
  if (fileKind(file.path) === 'topology')
    throw new StudioError('NotAKernel', `'${file.path}' is a topology.`, {
      tip: `To run it: ringstudio run ${file.path}`,
    });
  const plan = args.has('list') ? undefined : planExec(args);
  const workers = args.integer('workers', { min: 1, max: MAX_WORKERS });
  const device = args.choice('device', ['cpu', 'cuda']);
  const gpu = chosenGpu(args);
  await checkFile(file.path, file.cwd);
  await using service = new CompileService(context);
  if (plan === undefined) {
    const info = await compileKernel(file, service.compile);
    service.reportWarnings();
    await context.terminal.write(listLines(info));
    return ExitCode.done;
  }
  await using runtime = await createRuntime({
    ...(device && { device }),
    gpu,
    ...(workers !== undefined && { workers }),
    buffers: { trackAllocations: false },
    compiler: service.compiler,
  });
  const program = await load(file, runtime, context.signal);
  service.reportWarnings();
  try {
    return await execute({ plan, runtime, program, device }, context);
  } finally {
    for (const { id } of runtime.buffers.leaks) runtime.buffers.get({ buffer: id }).release();
  }
}

async function load(
  file: { readonly path: string; readonly cwd: string },
  runtime: StudioRuntime,
  signal: AbortSignal,
): Promise<Program> {
  let program: Program | undefined;
  await compileKernel(file, async ({ projectDir, file: source }): Promise<ProgramInfo> => {
    program = await runtime.compile(source, { projectDir, signal });
    return program.image.info;
  });
  return program!;
}

interface Execution {
  readonly plan: ExecPlan;
  readonly runtime: StudioRuntime;
  readonly program: Program;
  readonly device: 'cpu' | 'cuda' | undefined;
}

async function execute({ plan, runtime, program, device }: Execution, context: CommandContext): Promise<ExitCode> {
  const { cwd, signal, terminal } = context;
  const readFile = (path: string): Promise<Uint8Array> => readWholeFile(path, cwd);
  const chosen = chooseFunction(program, plan.functionName);
  checkPrints(plan.prints, chosen.info, program);
  const made = await makeArguments(plan.args, chosen.info, {
    buffers: runtime.buffers,
    structs: program.image.info.structs,
    seed: plan.seed,
    readFile,
    nameOf: ({ cppType, name }, index) => `--arg ${index + 1} (${cppType} ${name})`,
  });
  const saves = plan.saves.map(({ which, path }) => ({ buffer: bufferOf(which, made, chosen), path }));
  for (const { name, text } of plan.symbols)
    program.symbol(name).write(await symbolValue(text, `--symbol ${name}`, readFile));
  const lines: string[] = [];
  const printed = new PrintLines(terminal);
  const { grid, block, sharedBytes, isCooperative: cooperative, timeLimitMs } = plan;
  const options = { grid, block, sharedBytes, cooperative, timeLimitMs, signal, ...(device && { device }) };
  try {
    const onPrint = (text: string, place?: ThreadPlace): void => {
      printed.add({ actor: chosen.name, text, ...(place && { place }) });
    };
    const figures = await chosen.launch({ ...options, onPrint }, ...made.map(({ value }) => value));
    lines.push(...resultLines({ figures, prints: plan.prints, made, chosen, program }));
    printed.end();
  } catch (error) {
    printed.end();
    if (!(error instanceof LaunchFailure)) throw error;
    terminal.note(failureLine(chosen.name, error));
    throw new StudioError(error.faultCause === 'runaway' ? 'TimeLimit' : 'ProgramFailed', error.message, {
      cause: error,
      ...(error.faultCause === 'runaway' && { tip: 'Give it more time: --time-limit MS.' }),
    });
  }
  for (const { buffer, path } of saves) await saveBuffer(buffer, path, cwd);
  await terminal.write(`${lines.join('\n')}\n`);
  return ExitCode.done;
}

/** @throws StudioError `FunctionNotFound`, `MissingOption` */
function chooseFunction(program: Program, name: string | undefined): DeviceFunction {
  if (name !== undefined) return program.function(name);
  const { functions } = program;
  const [only] = functions;
  if (only !== undefined && functions.length === 1) return only;
  const { file } = program.image.info;
  if (only === undefined)
    throw new StudioError('FunctionNotFound', `${file} has no __global__ function.`, {
      tip: 'Its kernels are actors: ringstudio run sends them messages.',
    });
  const names = functions.map((candidate) => candidate.name).join(', ');
  throw new StudioError('MissingOption', `${file} has several functions.`, {
    tip: `Choose one with --function: ${names}.`,
  });
}

function bufferOf(which: string, made: readonly MadeArgument[], { info }: DeviceFunction) {
  const index = parameterIndex(info, which, '--save');
  const buffer = index === undefined ? undefined : made[index]?.buffer;
  if (buffer !== undefined) return buffer;
  throw new StudioError('InvalidOption', `--save ${which}: that is no buffer.`, {
    tip: `Buffers: ${made.flatMap(({ buffer: own }, at) => (own === undefined ? [] : [`${at + 1}`])).join(', ') || 'none'}.`,
  });
}
