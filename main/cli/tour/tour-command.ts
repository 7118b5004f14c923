import { join } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';
import { packageRoot } from '../../host/package-root.ts';
import { parseArguments, type Arguments } from '../command/arguments.ts';
import type { Command, CommandContext } from '../command/command.ts';
import { wrap } from '../command/wrap.ts';
import { ExitCode } from '../exit-code.ts';
import { CompileService } from '../project/compile-service.ts';
import { pathFrom } from '../project/place-in-cwd.ts';
import { runWith } from '../run/run-command.ts';
import { runSpec } from '../run/run-spec.ts';
import type { Terminal } from '../terminal.ts';
import { findSamples, type Sample } from '../../host/find-samples.ts';

export const tourCommand: Command = {
  name: 'tour',
  summary: 'run the samples, with a word about each',
  usage: '[sample]...',
  description: ['Compiles and runs the samples of the package, all or those named, and says what each shows.'],
  options: [{ name: 'help', short: 'h', help: 'Show this.' }],
  examples: [
    { meaning: 'everything', line: 'ringstudio tour' },
    { meaning: 'one sample', line: 'ringstudio tour pipeline' },
  ],
  run,
};

const WIDTH = 100;
const MOST_LINES = 6;

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const root = packageRoot(import.meta.url);
  const all = await findSamples(join(root, 'kernels', 'samples'));
  // Samples run where they lie, which is in the package: nothing is written there.
  const samples = choose(
    all.filter(({ writesFiles }) => !writesFiles),
    args.positionals,
  );
  const { terminal } = context;
  await terminal.write('Ring Kernel Studio: actors in CUDA C++, here on the CPU.\n');
  await using service = new CompileService(context);
  for (const sample of samples) await show(sample, context, service);
  const first = samples[0];
  if (first !== undefined) {
    const folder = pathFrom(context.cwd, first.folder);
    await terminal.write(
      `\nNext: read the sources in ${folder}, change them, run it again. ringstudio --help has more.\n`,
    );
  }
  return ExitCode.done;
}

function choose(samples: readonly Sample[], names: readonly string[]): readonly Sample[] {
  if (names.length === 0) return samples;
  return names.map((name) => {
    const found = samples.find((sample) => sample.name === name);
    if (found !== undefined) return found;
    const tip = `Samples: ${samples.map((sample) => sample.name).join(', ')}.`;
    throw new StudioError('UnknownSample', `there is no sample '${name}'.`, { tip });
  });
}

async function show(sample: Sample, context: CommandContext, service: CompileService): Promise<void> {
  const { terminal, cwd } = context;
  const path = pathFrom(cwd, join(sample.folder, 'topology.ring.json'));
  const argv = sample.hasInput ? [path, '--input', pathFrom(cwd, join(sample.folder, 'input.jsonl'))] : [path];
  const intro = sample.intro === '' ? [] : wrap(sample.intro, WIDTH);
  await terminal.write(['', `── ${sample.name} `.padEnd(WIDTH, '─'), ...intro, '', ''].join('\n'));
  await terminal.write(`$ ringstudio run ${argv.join(' ')}\n`);
  const excerpt = new Excerpt(terminal);
  await runWith(parseArguments(runSpec, argv), { ...context, terminal: excerpt }, service);
  await excerpt.end();
}

/** Passes the first results on and counts the rest. */
class Excerpt implements Terminal {
  readonly #terminal: Terminal;
  #lines = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async write(text: string): Promise<void> {
    const lines = text.split('\n').slice(0, -1);
    const shown = lines.slice(0, Math.max(0, MOST_LINES - this.#lines));
    this.#lines += lines.length;
    for (const line of shown) await this.#terminal.write(`${line}\n`);
  }

  note(line: string): void {
    this.#terminal.note(line);
  }

  async end(): Promise<void> {
    const hidden = this.#lines - MOST_LINES;
    if (hidden > 0) await this.#terminal.write(`… and ${hidden} more ${hidden === 1 ? 'line' : 'lines'}\n`);
  }
}
