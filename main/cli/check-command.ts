import { StudioError, type Problem } from '../../app/base/studio-error.ts';
import { formatProblemsAsSarif } from '../compile/diagnostics/format-sarif.ts';
import { formatProblemsAsText } from '../compile/diagnostics/format-text.ts';
import { usageError, type Arguments } from './command/arguments.ts';
import type { Command, CommandContext } from './command/command.ts';
import type { CommandSpec } from './command/command-spec.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';
import { productVersion } from './product-version.ts';
import { CompileService } from './project/compile-service.ts';
import { sourceTextFrom } from './project/place-in-cwd.ts';
import { compileKernel, fileKind, openTopology } from './project/project.ts';
import type { Terminal } from './terminal.ts';

const help = { name: 'help', short: 'h', help: 'Show this.' };

const checkSpec: CommandSpec = {
  name: 'check',
  summary: 'compile without running; report problems as text, JSON or SARIF',
  usage: '<kernel.cu | topology.ring.json>... [--format text|json|sarif]',
  description: [
    'Compiles kernels, and checks topologies with everything they name. Text goes to stderr, as compilers print it; JSON ' +
      '(an object with "ok" and "problems") and SARIF 2.1.0 go to stdout, for editors and code hosts.',
    'Exit code 0 when there are no errors, 1 for compile errors, 2 for bad input. Warnings do not change it.',
  ],
  options: [{ name: 'format', value: 'FORMAT', help: 'text (the default), json or sarif.' }, help],
  examples: [
    { meaning: 'one file', line: 'ringstudio check mean.cu' },
    { meaning: 'all kernels, for a code host', line: 'ringstudio check --format sarif kernels/*.cu > results.sarif' },
  ],
};

const validateSpec: CommandSpec = {
  name: 'validate',
  summary: 'check a topology: the document, its kernels, channels and messages',
  usage: '<topology.ring.json>',
  description: [
    'Checks everything that run checks before it starts: the document and its version, sources, kernels, channels between ' +
      'matching message types, launch options, messages to inject. Exit code 0 when it can run, 1 when a source does not ' +
      'compile, 2 when the document is wrong.',
  ],
  options: [help],
  examples: [{ meaning: 'before a commit', line: 'ringstudio validate topology.ring.json' }],
};

export const checkCommand: Command = { ...checkSpec, run: runCheck };
export const validateCommand: Command = { ...validateSpec, run: runValidate };

interface Verdict {
  readonly file: string;
  /** `2 kernels`, when all is well. */
  readonly summary: string;
  readonly problems: readonly Problem[];
  readonly error: StudioError | undefined;
}

async function runCheck(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const format = args.choice('format', ['text', 'json', 'sarif']) ?? 'text';
  if (args.positionals.length === 0)
    throw usageError(checkSpec, 'MissingArgument', "'check' needs a kernel (.cu) or a topology (.ring.json).");
  const verdicts: Verdict[] = [];
  await using service = new CompileService(context);
  for (const path of args.positionals) verdicts.push(await judge(path, context, service));
  await report(verdicts, format, context);
  return verdicts.reduce<ExitCode>((worst, { error }) => {
    const code = error === undefined ? ExitCode.done : exitCodeOf(error);
    return code > worst ? code : worst;
  }, ExitCode.done);
}

async function runValidate(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const path = args.only('a topology (.ring.json)');
  if (fileKind(path) === 'kernel')
    throw new StudioError('NotATopology', `'${path}' is a kernel.`, { tip: `To check it: ringstudio check ${path}` });
  await using service = new CompileService(context);
  const verdict = await judge(path, context, service);
  if (verdict.error !== undefined) throw verdict.error;
  await report([verdict], 'text', context);
  return ExitCode.done;
}

async function judge(path: string, { cwd }: CommandContext, service: CompileService): Promise<Verdict> {
  try {
    const { summary, warnings } = await summarize({ path, cwd }, service);
    return { file: path, summary, problems: [...service.takeWarnings(), ...warnings], error: undefined };
  } catch (error) {
    if (!(error instanceof StudioError) || error.problems.length === 0) throw error;
    return { file: path, summary: '', problems: [...service.takeWarnings(), ...error.problems], error };
  }
}

async function summarize(
  file: { path: string; cwd: string },
  { compile }: CompileService,
): Promise<{ readonly summary: string; readonly warnings: readonly Problem[] }> {
  if (fileKind(file.path) === 'kernel') {
    const { kernels, functions } = await compileKernel(file, compile);
    const named = (all: readonly { readonly name: string }[], what: string): string =>
      all.length === 1 ? `1 ${what} (${all[0]!.name})` : `${all.length} ${what}s`;
    const parts = [
      ...(kernels.length > 0 || functions.length === 0 ? [named(kernels, 'kernel')] : []),
      ...(functions.length > 0 ? [named(functions, 'function')] : []),
    ];
    return { summary: parts.join(', '), warnings: [] };
  }
  const { topology, warnings } = await openTopology(file, compile);
  const { actors, hosts = [], channels = [] } = topology;
  const counts = [counted(actors, 'actor'), ...(hosts.length === 0 ? [] : [counted(hosts, 'host actor')])];
  return { summary: [...counts, counted(channels, 'channel')].join(', '), warnings };
}

function counted({ length }: readonly unknown[], what: string): string {
  return `${length} ${what}${length === 1 ? '' : 's'}`;
}

async function report(
  verdicts: readonly Verdict[],
  format: 'text' | 'json' | 'sarif',
  context: CommandContext,
): Promise<void> {
  const { terminal, cwd } = context;
  const problems = verdicts.flatMap((verdict) => verdict.problems);
  switch (format) {
    case 'text':
      for (const verdict of verdicts) await reportText(verdict, terminal, cwd);
      break;
    case 'json':
      await terminal.write(`${JSON.stringify({ ok: verdicts.every(({ error }) => error === undefined), problems })}\n`);
      break;
    case 'sarif':
      await terminal.write(formatProblemsAsSarif(problems, productVersion()));
      break;
  }
}

async function reportText({ file, summary, problems, error }: Verdict, terminal: Terminal, cwd: string): Promise<void> {
  const text = formatProblemsAsText(problems, sourceTextFrom(cwd));
  if (text !== '') terminal.note(text.trimEnd());
  if (error === undefined) await terminal.write(`${file}: ok, ${summary}\n`);
  else terminal.note(`error: ${error.toString()}`);
}
