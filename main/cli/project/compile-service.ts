import type { Problem } from '../../../app/base/studio-error.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';
import type { CommandContext } from '../command/command.ts';
import { placeInCwd } from './place-in-cwd.ts';
import { compileFailed, type CompileSource } from './project.ts';

/** A compiler for commands that look at programs without running them. */
export class CompileService implements AsyncDisposable {
  readonly #compiler: Compiler;
  readonly #context: CommandContext;
  #warnings: readonly Problem[] = [];

  constructor(context: CommandContext) {
    this.#context = context;
    this.#compiler = createCompiler({
      ...compilerFiles(packageRoot(import.meta.url)),
      onWarning: (message) => {
        context.terminal.note(`warning: ${message}`);
      },
    });
  }

  /** What was remarked since the last call, with files as the user would type them. */
  takeWarnings(): readonly Problem[] {
    const warnings = this.#warnings;
    this.#warnings = [];
    return warnings;
  }

  readonly compile: CompileSource = async (source): Promise<ProgramInfo> => {
    const { signal, cwd } = this.#context;
    const result = await this.#compiler.compile(source, { signal });
    if (!result.ok) throw compileFailed([source.file], result.problems);
    this.#warnings = [...this.#warnings, ...placeInCwd(result.warnings, source.projectDir, cwd)];
    return result.image.info;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#compiler[Symbol.asyncDispose]();
  }
}
