import type { Problem } from '../../../app/base/studio-error.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { formatProblemsAsText } from '../../compile/diagnostics/format-text.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';
import type { CommandContext } from '../command/command.ts';
import { placeInCwd, sourceTextFrom } from './place-in-cwd.ts';
import { compileFailed, type CompileSource } from './project.ts';

/** A command's compiler: keeps the warnings, and says so when the cache cannot be used. */
export class CompileService implements AsyncDisposable {
  /** For a runtime. */
  readonly compiler: Compiler;
  readonly #context: Pick<CommandContext, 'cwd' | 'signal' | 'terminal'>;
  #warnings: readonly Problem[] = [];

  constructor(context: Pick<CommandContext, 'cwd' | 'signal' | 'terminal'>) {
    const compiler = createCompiler({
      ...compilerFiles(packageRoot(import.meta.url)),
      onWarning: (message) => {
        context.terminal.note(`warning: ${message}`);
      },
    });
    this.#context = context;
    this.compiler = {
      get statistics() {
        return compiler.statistics;
      },
      warmUp: () => {
        compiler.warmUp();
      },
      compile: async (source, options) => {
        const result = await compiler.compile(source, options);
        if (result.ok) this.#keep(placeInCwd(result.warnings, source.projectDir, context.cwd));
        return result;
      },
      symbolize: (debugWasm, offsets) => compiler.symbolize(debugWasm, offsets),
      [Symbol.asyncDispose]: () => compiler[Symbol.asyncDispose](),
    };
  }

  readonly compile: CompileSource = async (source): Promise<ProgramInfo> => {
    const result = await this.compiler.compile(source, { signal: this.#context.signal });
    if (!result.ok) throw compileFailed([source.file], result.problems);
    return result.image.info;
  };

  /** What was remarked since the last call, with files as the user would type them. */
  takeWarnings(): readonly Problem[] {
    const warnings = this.#warnings;
    this.#warnings = [];
    return warnings;
  }

  /** Writes what was remarked since the last call. */
  reportWarnings(): void {
    const text = formatProblemsAsText(this.takeWarnings(), sourceTextFrom(this.#context.cwd));
    if (text !== '') this.#context.terminal.note(text.trimEnd());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.compiler[Symbol.asyncDispose]();
  }

  /** A program that is linked again for more room is remarked upon once. */
  #keep(warnings: readonly Problem[]): void {
    const known = new Set(this.#warnings.map((warning) => JSON.stringify(warning)));
    this.#warnings = [...this.#warnings, ...warnings.filter((warning) => !known.has(JSON.stringify(warning)))];
  }
}
