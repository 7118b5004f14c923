import { join } from 'node:path';
import { StudioError, type Problem } from '../../app/base/studio-error.ts';
import type { CudaCode } from '../../app/model/program.ts';
import type { BundleCompiler, CompiledProgram } from '../compile/bundle/bundle.ts';
import { bundleKey } from '../compile/bundle/bundle-key.ts';
import type { RecordedUnit } from '../compile/bundle/unit-recorder.ts';
import { architecturesOf, type CodeFormat } from '../compile/nvrtc/cuda-target.ts';
import { NvrtcCompiler } from '../compile/nvrtc/nvrtc-compiler.ts';
import { versionText, type OpenedNvrtc } from '../compile/nvrtc/nvrtc.ts';
import { readCudaHeaders } from '../compile/nvrtc/virtual-headers.ts';
import { isStandInLibrary } from '../devices/cuda/stand-in-library.ts';
import { nvrtcHere } from './nvrtc-here.ts';

export interface PrecompileOptions {
  /** The package's folder. */
  readonly root: string;
  /** `all` is PTX of every architecture that NVRTC knows. */
  readonly formats: readonly (CodeFormat | 'all')[];
  readonly signal: AbortSignal;
}

export type Precompiled =
  | { readonly ok: true; readonly compiler: BundleCompiler; readonly programs: readonly CompiledProgram[] }
  | {
      readonly ok: false;
      readonly tree: RecordedUnit['tree'];
      readonly architecture: string;
      readonly problems: readonly Problem[];
    };

/**
 * Compiles for GPUs that need not be here. Ends with the first program that NVRTC refuses.
 *
 * @throws StudioError `ArchitectureUnknown`, `NvrtcNotFound`, `NvrtcUnusable`, `CompilerCrashed`, `CompilerTimeout`
 * @throws the signal's reason when it was aborted
 */
export async function precompile(units: readonly RecordedUnit[], options: PrecompileOptions): Promise<Precompiled> {
  const { root, signal } = options;
  const nvrtc = await nvrtcHere(root).open();
  const kernelsDir = join(root, 'kernels');
  const compilers = formatsFor(nvrtc, options.formats).map((format) => {
    const chooseFormat = (): CodeFormat => format;
    const compiler = new NvrtcCompiler({ nvrtc: nvrtcHere(root), chooseFormat, kernelsDir, env: process.env });
    return { compiler, ...format };
  });
  const headers = readCudaHeaders(kernelsDir);
  const programs = new Map<string, CompiledProgram>();
  for (const { tree, unit } of units) {
    const key = bundleKey(tree, unit, headers);
    if (programs.has(key)) continue;
    const codes: CudaCode[] = [];
    let warnings: readonly Problem[] = [];
    for (const { compiler, architecture } of compilers) {
      const result = await compiler.compile(tree, unit, signal);
      if (!result.ok) return { ok: false, tree, architecture, problems: result.problems };
      codes.push(result.code);
      ({ warnings } = result);
    }
    programs.set(key, { file: tree.main, key, codes, warnings });
  }
  const kind = (await isStandInLibrary(nvrtc.path)) ? 'stand-in' : 'nvrtc';
  return { ok: true, compiler: { kind, version: nvrtc.version }, programs: [...programs.values()] };
}

/** @throws StudioError `ArchitectureUnknown` */
function formatsFor(nvrtc: OpenedNvrtc, wanted: PrecompileOptions['formats']): readonly CodeFormat[] {
  const known = architecturesOf(nvrtc);
  const all = known.map((architecture): CodeFormat => ({ kind: 'ptx', architecture: `compute_${architecture}` }));
  const formats = new Map(
    wanted.flatMap((format) => (format === 'all' ? all : [format])).map((format) => [format.architecture, format]),
  );
  const unknown = [...formats.keys()].find((name) => !known.includes(Number(name.replace(/^\w+_/, ''))));
  if (unknown === undefined) return [...formats.values()];
  const message = `NVRTC ${versionText(nvrtc.version)} (${nvrtc.path}) does not compile ring kernels for ${unknown}.`;
  throw new StudioError('ArchitectureUnknown', message, { tip: `It does for ${known.join(', ')}.` });
}
