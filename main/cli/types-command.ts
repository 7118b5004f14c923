import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { StudioError } from '../../app/base/studio-error.ts';
import type { ProgramInfo } from '../../app/model/program.ts';
import { generateTypeScript } from '../../app/model/typescript/typescript-types.ts';
import { usageError, type Arguments } from './command/arguments.ts';
import type { Command, CommandContext } from './command/command.ts';
import type { CommandSpec } from './command/command-spec.ts';
import { ExitCode } from './exit-code.ts';
import { CompileService } from './project/compile-service.ts';
import { compileKernel, fileKind, openTopology } from './project/project.ts';
import { reasonOf } from './project/text-file.ts';

const spec: CommandSpec = {
  name: 'types',
  summary: 'write TypeScript types for the messages of kernels',
  usage: '<kernel.cu | topology.ring.json>... [-o messages.ts]',
  description: [
    'Writes an interface for each struct as messages arrive, and for those that a kernel handles one more, …Input, in which ' +
      'fields with a default may be left out.',
  ],
  options: [
    { name: 'output', short: 'o', value: 'FILE', help: 'The file to write; - is stdout, the default.' },
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [{ meaning: 'types of a whole topology', line: 'ringstudio types topology.ring.json -o messages.ts' }],
};

export const typesCommand: Command = { ...spec, run };

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const { cwd, terminal } = context;
  const output = args.text('output') ?? '-';
  if (args.positionals.length === 0) throw usageError(spec, 'MissingArgument', "'types' needs a kernel (.cu).");
  if (output !== '-' && !output.endsWith('.ts')) {
    throw usageError(spec, 'InvalidOption', `--output '${output}' is no TypeScript file: its name ends in .ts.`);
  }
  await using service = new CompileService(context);
  const programs: ProgramInfo[] = [];
  for (const path of args.positionals) {
    if (fileKind(path) === 'kernel') programs.push(await compileKernel({ path, cwd }, service.compile));
    else programs.push(...(await openTopology({ path, cwd }, service.compile)).programs.values());
  }
  const text = generateTypeScript(programs);
  if (output === '-') await terminal.write(text);
  else await replaceFile(output, text, cwd);
  return ExitCode.done;
}

/** Whoever reads the file sees the old or the new one, never a part. */
async function replaceFile(path: string, text: string, cwd: string): Promise<void> {
  const target = await realpath(resolve(cwd, path)).catch(() => resolve(cwd, path));
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new StudioError('OutputNotWritable', `'${path}' cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}
