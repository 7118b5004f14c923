import { compareOutcomes } from '../../../app/model/comparison/compare-outcomes.ts';
import { comparisonInWords, comparisonLines } from '../../../app/model/comparison/comparison-report.ts';
import { parseTolerance, Tolerances } from '../../../app/model/comparison/tolerance.ts';
import { checkEnds, hasSenders } from '../../../app/model/topology/message-sources.ts';
import type { AddressedMessage } from '../../host/batch/message-sender.ts';
import type { Addressing, OutgoingMessage } from '../../host/batch/outgoing-message.ts';
import type { Arguments } from '../command/arguments.ts';
import type { Command, CommandContext } from '../command/command.ts';
import { ExitCode } from '../exit-code.ts';
import { CompileService } from '../project/compile-service.ts';
import type { Project } from '../project/project.ts';
import { injectedMessages, openInput } from '../run/input-messages.ts';
import { chooseMessages, readOverrides, timeoutRange, workerRange } from '../run/run-project.ts';
import { comparedSides, type Side } from './compared-devices.ts';
import { ComparedRun, type ComparedRunOptions, type EndedRun } from './compared-run.ts';
import { compareSpec } from './compare-spec.ts';

export const compareCommand: Command = { ...compareSpec, run };

const MAX_LIMIT = 1_000_000;

interface ComparePlan {
  readonly sides: readonly [Side, Side];
  readonly tolerances: Tolerances;
  readonly isUnordered: boolean;
  readonly hasPrints: boolean;
  readonly limit: number | undefined;
  readonly injected: readonly OutgoingMessage[];
  readonly addressing: Addressing;
  readonly inputPath: string | undefined;
}

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const file = { path: args.only('a kernel (.cu) or a topology (.ring.json)'), cwd: context.cwd };
  const plan = readPlan(args);
  const workers = args.integer('workers', workerRange);
  const timeoutMs = args.integer('timeout-ms', timeoutRange);
  const overrides = await readOverrides(args, file, compareSpec);
  await using service = new CompileService(context);
  return await compare(plan, { file, overrides, workers, timeoutMs, service, context });
}

/** @throws StudioError `InvalidOption`, `InvalidTolerance`, `BrokenJson` */
function readPlan(args: Arguments): ComparePlan {
  const addressing = { to: args.text('to'), type: args.text('type') };
  return {
    sides: comparedSides(args),
    tolerances: new Tolerances(args.texts('tolerance').map(parseTolerance)),
    isUnordered: args.has('unordered'),
    hasPrints: args.has('prints'),
    limit: args.integer('limit', { min: 0, max: MAX_LIMIT }),
    injected: injectedMessages(args.texts('inject'), addressing),
    addressing,
    inputPath: args.text('input'),
  };
}

async function compare(plan: ComparePlan, options: ComparedRunOptions): Promise<ExitCode> {
  const { context } = options;
  const [left, right] = plan.sides;
  await using first = await ComparedRun.open(left, options);
  // Before anything runs, so that one that is not there is told. One GPU cannot serve two runs at a time.
  await using other = left.device === right.device ? undefined : await ComparedRun.open(right, options);
  const project = await first.prepare();
  await other?.prepare();
  options.service.reportWarnings();
  checkComparable(project, plan.tolerances);
  const messages = await readMessages(project, plan, context);
  const { hasPrints } = plan;
  const ended = await first.run(messages, { hasPrints });
  await first[Symbol.asyncDispose]();
  await using second = other ?? (await ComparedRun.open(right, options));
  return await report([ended, await second.run(messages, { hasPrints })], plan, context);
}

/** @throws StudioError `UnknownField`, `NoFloat`, `EndlessRun` */
function checkComparable({ topology, programs }: Project, tolerances: Tolerances): void {
  tolerances.check([...programs.values()].flatMap(({ structs }) => structs));
  checkEnds(topology);
}

/** All of them, so that both runs get the same. @throws StudioError about the first one that is wrong */
async function readMessages(
  project: Project,
  { injected, addressing, inputPath }: ComparePlan,
  context: CommandContext,
): Promise<readonly AddressedMessage[]> {
  using input = inputPath === undefined ? undefined : await openInput({ ...context, path: inputPath, addressing });
  const { all, isNothing } = chooseMessages(project, { injected, input });
  const messages: AddressedMessage[] = [];
  for await (const message of all) {
    context.signal.throwIfAborted();
    messages.push(message);
  }
  if (isNothing && !hasSenders(project.topology))
    context.terminal.note('note: nothing to send; --inject and --input give messages.');
  return messages;
}

async function report(
  [left, right]: readonly [EndedRun, EndedRun],
  { sides, tolerances, isUnordered, limit }: ComparePlan,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const options = { tolerances, isUnordered, ...(limit !== undefined && { limit }) };
  const comparison = compareOutcomes([left.outcome, right.outcome], options);
  const names = [sides[0].name, sides[1].name] as const;
  const failed = [left, right].flatMap(({ failure }, index) => (failure === undefined ? [] : [names[index]!]));
  const reported = { comparison, names, tolerances: tolerances.asJson(), isUnordered, failed };
  for (const line of comparisonLines(reported)) await terminal.write(`${line}\n`);
  for (const [index, { failure }] of [left, right].entries())
    if (failure !== undefined) terminal.note(`${names[index]!}: the run failed: ${failure}`);
  terminal.note(comparisonInWords(comparison, names));
  return comparison.total === 0 && failed.length === 0 ? ExitCode.done : ExitCode.programFailed;
}
