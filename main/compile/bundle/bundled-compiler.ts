import { StudioError, type Problem } from '../../../app/base/studio-error.ts';
import type { CudaCodeCompiler, CudaCodeResult, CudaUnit } from '../cuda-code.ts';
import { checkGpu } from '../nvrtc/cuda-target.ts';
import { readCudaHeaders, type RingHeaders } from '../nvrtc/virtual-headers.ts';
import type { SourceTree } from '../sources/source-tree.ts';
import type { Bundle, BundledCode, BundledProgram } from './bundle.ts';
import { bundleKey } from './bundle-key.ts';
import { chooseCode, whyUnfit, type BundleTarget, type Candidate } from './choose-code.ts';

/** A bundle that lies where programs look for one, or why it is none. */
export interface FoundBundle {
  readonly name: string;
  readonly bundle: Bundle | StudioError;
}

export interface BundledCompilerOptions {
  readonly target: BundleTarget;
  /** Those of a project, and those that come with the product. */
  readonly bundles: (projectDir: string) => Promise<readonly FoundBundle[]>;
  /** Compiles what is in none of them. */
  readonly compiler: CudaCodeCompiler;
  /** The package's kernels/ folder. */
  readonly kernelsDir: string;
}

interface Precompiled extends Candidate {
  /** Of the bundle. */
  readonly name: string;
  readonly program: BundledProgram;
  readonly code: BundledCode;
}

/** What a bundle helps against. */
const lacksOfCompiler: readonly string[] = ['NvrtcNotFound', 'NvrtcUnusable', 'NvrtcTooOld', 'NvrtcTooNew'];

/** Takes code from bundles, where one was made of exactly these sources, and has the rest compiled. */
export class BundledCompiler implements CudaCodeCompiler {
  readonly #options: BundledCompilerOptions;
  readonly #headers: RingHeaders;

  constructor(options: BundledCompilerOptions) {
    this.#options = options;
    this.#headers = readCudaHeaders(options.kernelsDir);
  }

  /**
   * @throws StudioError `GpuTooOld`, and what the compiler throws
   * @throws the signal's reason when it was aborted
   */
  async compile(tree: SourceTree, unit: CudaUnit, signal?: AbortSignal): Promise<CudaCodeResult> {
    const { target, compiler, bundles } = this.#options;
    checkGpu(target);
    const found = await bundles(tree.projectDir);
    const made = codesOf(found, bundleKey(tree, unit, this.#headers));
    const chosen = chooseCode(made, target);
    if (chosen !== undefined) {
      return { ok: true, code: await chosen.code.unpack(), warnings: chosen.program.warnings };
    }
    try {
      const result = await compiler.compile(tree, unit, signal);
      return result.ok ? { ...result, warnings: [...result.warnings, ...found.flatMap(unreadable)] } : result;
    } catch (error) {
      if (!(error instanceof StudioError) || !lacksOfCompiler.includes(error.code)) throw error;
      const reasons = made.length > 0 ? whyUnfits(made, target) : found.flatMap((each) => whyOther(each, tree.main));
      throw withoutCode(error, tree.main, reasons);
    }
  }
}

function codesOf(found: readonly FoundBundle[], key: string): readonly Precompiled[] {
  return found.flatMap(({ name, bundle }) => {
    if (bundle instanceof StudioError) return [];
    const { compiler, programs } = bundle;
    const fitting = programs.filter((program) => program.key === key);
    return fitting.flatMap((program) => program.codes.map((code) => ({ name, compiler, program, code })));
  });
}

function unreadable({ bundle }: FoundBundle): readonly Problem[] {
  if (!(bundle instanceof StudioError)) return [];
  const { message, tip } = bundle;
  return [{ severity: 'warning', code: 'bundle-unreadable', message, ...(tip !== undefined && { tip }) }];
}

/** One for each reason, with all architectures that have it. */
function whyUnfits(made: readonly Precompiled[], target: BundleTarget): readonly string[] {
  const architectures = new Map<string, string[]>();
  for (const { name, compiler, code } of made) {
    const reason = `which ${whyUnfit({ compiler, code }, target) ?? ''} (${name})`;
    architectures.set(reason, [...(architectures.get(reason) ?? []), code.architecture]);
  }
  return [...architectures].map(([reason, names]) => `there is code for ${names.join(', ')}, ${reason}`);
}

function whyOther({ name, bundle }: FoundBundle, file: string): readonly string[] {
  if (bundle instanceof StudioError) return [bundle.message.replace(/\.$/, '')];
  if (!bundle.programs.some((program) => program.file === file)) return [];
  return [`${name} is for other code: ${file}, a file that it includes or a header of this program has changed since`];
}

function withoutCode(error: StudioError, file: string, reasons: readonly string[]): StudioError {
  const why = reasons.length === 0 ? 'no bundle here has code of it' : reasons.join('; ');
  const lack = `${file} cannot be compiled for the GPU: ${error.message.replace(/\.$/, '')}`;
  return new StudioError(error.code, `${lack}. Nor is it precompiled: ${why}.`, {
    cause: error,
    tip: `${error.tip ?? ''} Or run ringstudio precompile on a machine with NVRTC: what runs here needs the bundle only.`.trim(),
  });
}
