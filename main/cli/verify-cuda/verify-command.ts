import { resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

import { didYouMean } from '../../../app/base/did-you-mean.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { cudaFindings } from '../../host/cuda-findings.ts';
import { checkCuda } from '../../host/cuda-status.ts';
import { packageRoot } from '../../host/package-root.ts';
import type { Arguments } from '../command/arguments.ts';
import type { Command, CommandContext } from '../command/command.ts';
import { chosenGpu } from '../command/gpu-option.ts';
import { ExitCode } from '../exit-code.ts';
import { productVersion } from '../product-version.ts';
import { reasonOf } from '../project/text-file.ts';
import type { Check } from './check.ts';
import { listChecks } from './check-list.ts';
import { runChecks } from './check-processes.ts';
import { describeMachine } from './machine.ts';
import type { CheckResult } from './outcome.ts';
import { makeReport, type Report } from './report.ts';
import { machineLines, reportTable } from './report-table.ts';
import { DEFAULT_TIME_LIMIT_S, verifySpec } from './verify-spec.ts';

export const verifyCommand: Command = { ...verifySpec, run };

const MOST_SECONDS = 86_400;

interface Plan {
  readonly root: string;
  readonly gpu: number;
  readonly isQuick: boolean;
  readonly isSelection: boolean;
  readonly checks: readonly Check[];
  readonly timeLimitMs: number;
  readonly deadlineMs: number | undefined;
}

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const root = packageRoot(import.meta.url);
  const all = await listChecks(root);
  if (args.has('list')) {
    await context.terminal.write(all.map(({ name, title }) => `${name}: ${title}\n`).join(''));
    return ExitCode.done;
  }
  const timeLimitS = args.integer('time-limit', { min: 1, max: MOST_SECONDS }) ?? DEFAULT_TIME_LIMIT_S;
  const deadlineS = args.integer('deadline', { min: 1, max: MOST_SECONDS });
  const report = await verify(
    {
      root,
      gpu: chosenGpu(args),
      isQuick: args.has('quick'),
      isSelection: args.positionals.length > 0,
      checks: choose(all, args.positionals),
      timeLimitMs: timeLimitS * 1000,
      deadlineMs: deadlineS === undefined ? undefined : deadlineS * 1000,
    },
    context,
  );
  await write(report, args.text('report') ?? '-', context);
  for (const line of reportTable(report)) context.terminal.note(line);
  context.signal.throwIfAborted();
  return report.verdict === 'passed' ? ExitCode.done : ExitCode.programFailed;
}

/** @throws StudioError `DeviceNotAvailable` */
async function verify(plan: Plan, { terminal, signal }: CommandContext): Promise<Report> {
  const { root, gpu, isQuick, isSelection, checks, deadlineMs } = plan;
  await checkCuda(gpu);
  const findings = await cudaFindings();
  const machine = await describeMachine(findings, gpu);
  const secondGpu = findings.devices.found ? findings.devices.list.findIndex((_, ordinal) => ordinal !== gpu) : -1;
  for (const line of machineLines(machine)) terminal.note(line);
  if (machine.driver.isStandIn) terminal.note('note: the driver is a stand-in: nothing is proven about a GPU.');
  const [startedAtMs, startedMs] = [Date.now(), performance.now()];
  const results = new Map<string, CheckResult>();
  const total = String(checks.length);
  await runChecks(checks, {
    root,
    gpu,
    ...(secondGpu !== -1 && { secondGpu }),
    isQuick,
    deadlineMs,
    signal: AbortSignal.any([signal, AbortSignal.timeout(plan.timeLimitMs)]),
    onBegin: ({ name, title }) => {
      terminal.note(`[${String(results.size + 1).padStart(total.length)}/${total}] ${name}: ${title}`);
    },
    onEnd: ({ name }, result) => {
      results.set(name, result);
      const { outcome, reason } = result;
      if (outcome !== 'passed') terminal.note(`${outcome}: ${name}: ${reason ?? 'without a reason'}`);
    },
  });
  return makeReport({
    product: productVersion(),
    options: { gpu, isQuick, isSelection },
    machine,
    startedAtMs,
    durationMs: performance.now() - startedMs,
    checks,
    results,
    isInterrupted: signal.aborted,
  });
}

/** @throws StudioError `UnknownCheck` */
function choose(all: readonly Check[], names: readonly string[]): readonly Check[] {
  if (names.length === 0) return all;
  const known = all.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const tip = didYouMean(name, known) ?? `Checks: ${known.join(', ')}.`;
    throw new StudioError('UnknownCheck', `there is no check '${name}'.`, { tip });
  }
  return all.filter(({ name }) => names.includes(name));
}

async function write(report: Report, path: string, { terminal, cwd }: CommandContext): Promise<void> {
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  if (path === '-') return terminal.write(text);
  try {
    await writeFileAtomic(resolve(cwd, path), text);
  } catch (error) {
    throw new StudioError('FileNotWritable', `the report cannot be written to '${path}': ${reasonOf(error)}.`, {
      tip: 'Name another file with --report, or leave it out: then it is written to stdout.',
      cause: error,
    });
  }
}
