import type { Arguments } from '../command/arguments.ts';
import type { Command, CommandContext } from '../command/command.ts';
import { ExitCode } from '../exit-code.ts';
import { CompileService } from '../project/compile-service.ts';
import { compileKernel, fileKind } from '../project/project.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { programDescription } from './program-description.ts';
import { descriptionText } from './description-text.ts';

export const describeCommand: Command = {
  name: 'describe',
  summary: 'show the kernels, messages, outputs, state and layouts of a .cu file',
  usage: '<kernel.cu> [--json]',
  description: [
    'Shows what the compiler read from the source: kernels with the messages they handle, their outputs and their state, ' +
      'functions with their parameters, variables that the host can write, and every struct with offsets, sizes, defaults and doc comments. The compiler has proven each offset and size.',
  ],
  options: [
    { name: 'json', help: 'As a JSON document.' },
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [
    { meaning: 'which messages does it take?', line: 'ringstudio describe mean.cu' },
    {
      meaning: 'the fields of a struct',
      line: `ringstudio describe mean.cu --json | jq '.structs[] | select(.name == "Reading")'`,
    },
  ],
  run,
};

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const path = args.only('a kernel (.cu)');
  if (fileKind(path) === 'topology')
    throw new StudioError('NotAKernel', `'${path}' is a topology.`, {
      tip: `To check it: ringstudio validate ${path}`,
    });
  await using service = new CompileService(context);
  const program = await compileKernel({ path, cwd: context.cwd }, service.compile);
  const description = programDescription(program);
  const text = args.has('json') ? `${JSON.stringify(description, undefined, 2)}\n` : descriptionText(description);
  await context.terminal.write(text);
  return ExitCode.done;
}
