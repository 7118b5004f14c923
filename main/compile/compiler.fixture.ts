import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Problem } from '../../app/base/studio-error.ts';
import type { ProgramImage } from '../../app/model/program.ts';
import { createCompiler, type CompileResult, type Compiler, type CompilerOptions } from './compiler.ts';

const root = join(import.meta.dirname, '..', '..');
export const files = {
  processPath: join(root, 'dist', 'compiler.process.js'),
  kernelsDir: join(root, 'kernels'),
  buildId: 'tests',
};

/** Every program begins with this line: line 1. */
export const prelude = '#include <ring_kernel.cuh>\n';

/** One compiler with a cache of its own for the tests of a file, and projects in a temporary folder. */
export class CompilerFixture implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ring-compile-'));
  readonly compiler: Compiler;
  #projectCount = 0;

  constructor(options: Partial<CompilerOptions> = {}) {
    this.compiler = createCompiler({ ...files, cacheDir: join(this.folder, 'cache'), ...options });
  }

  project(sources: Readonly<Record<string, string | Uint8Array>>): string {
    const projectDir = join(this.folder, `project-${this.#projectCount++}`);
    for (const [path, content] of Object.entries(sources)) {
      mkdirSync(dirname(join(projectDir, path)), { recursive: true });
      writeFileSync(join(projectDir, path), content);
    }
    return projectDir;
  }

  /** Compiles `main.cu`. */
  compile(sources: string | Readonly<Record<string, string | Uint8Array>>): Promise<CompileResult> {
    const all = typeof sources === 'string' ? { 'main.cu': sources } : sources;
    return this.compiler.compile({ projectDir: this.project(all), file: 'main.cu' });
  }

  async image(source: string): Promise<ProgramImage> {
    const result = await this.compile(source);
    if (!result.ok) throw new Error(`does not compile:\n${result.problems.map(summary).join('\n')}`);
    return result.image;
  }

  async problems(sources: string | Readonly<Record<string, string | Uint8Array>>): Promise<readonly Problem[]> {
    const result = await this.compile(sources);
    return result.ok ? result.warnings : result.problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.compiler[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `main.cu:3 field-is-pointer`. */
export function summary({ location, code }: Problem): string {
  return `${location?.file ?? ''}:${location?.line ?? ''} ${code}`;
}

/** Numbers of the lines that end with `// mark`. */
export function lineOf(source: string, mark: string): number {
  const index = source.split('\n').findIndex((line) => line.endsWith(`// ${mark}`));
  if (index < 0) throw new Error(`no line is marked '${mark}'`);
  return index + 1;
}
