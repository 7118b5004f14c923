import { join, dirname, resolve } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';
import {
  bundleSuffix,
  decodeBundle,
  encodeBundle,
  type Bundle,
  type BundleCompiler,
} from '../../compile/bundle/bundle.ts';
import { writeBundleFile } from '../../compile/bundle/bundle-files.ts';
import { bundleKey } from '../../compile/bundle/bundle-key.ts';
import { UnitRecorder, type RecordedUnit } from '../../compile/bundle/unit-recorder.ts';
import { formatProblemsAsText } from '../../compile/diagnostics/format-text.ts';
import { formatSize } from '../../compile/limits.ts';
import { versionText } from '../../compile/nvrtc/nvrtc.ts';
import { readCudaHeaders } from '../../compile/nvrtc/virtual-headers.ts';
import { packageRoot } from '../../host/package-root.ts';
import { precompile } from '../../host/precompile.ts';
import { usageError, type Arguments } from '../command/arguments.ts';
import type { Command, CommandContext } from '../command/command.ts';
import type { Terminal } from '../terminal.ts';
import { ExitCode } from '../exit-code.ts';
import { CompileService } from '../project/compile-service.ts';
import { placeInCwd, sourceTextFrom } from '../project/place-in-cwd.ts';
import { compileFailed, compileKernel, fileKind, openTopology, type CompileSource } from '../project/project.ts';
import { readWholeFile, reasonOf } from '../project/text-file.ts';
import { chosenFormats } from './architectures.ts';
import { precompileSpec } from './precompile-spec.ts';

export const precompileCommand: Command = { ...precompileSpec, run };

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const out = chooseOut(args, context.cwd);
  const formats = chosenFormats(args);
  if (args.has('check')) {
    const bundle = await decodeBundle({ name: out, bytes: await readWholeFile(out, context.cwd) });
    await check({ out, bundle }, await recordUnits(args.positionals, context), context);
    return ExitCode.done;
  }
  const units = await recordUnits(args.positionals, context);
  const { signal, cwd, terminal } = context;
  const made = await precompile(units, { root: packageRoot(import.meta.url), formats, signal });
  if (!made.ok) {
    const { tree, architecture, problems } = made;
    throw compileFailed([`${tree.main} for ${architecture}`], placeInCwd(problems, tree.projectDir, cwd));
  }
  const { compiler, programs } = made;
  const bytes = await encodeBundle(compiler, programs);
  await writeBundleFile(resolve(cwd, out), bytes).catch((cause: unknown) => {
    throw new StudioError('OutputNotWritable', `'${out}' cannot be written: ${reasonOf(cause)}.`, { cause });
  });
  const bundle = await decodeBundle({ name: out, bytes });
  reportWarnings(bundle, context);
  await describe({ out, bundle }, `${formatSize(bytes.length)}, ${madeBy(compiler)}`, terminal);
  return ExitCode.done;
}

/** @throws StudioError `MissingArgument`, `MissingOption`, `InvalidOption`, `UnknownFileKind` */
function chooseOut(args: Arguments, cwd: string): string {
  const [first] = args.positionals;
  if (first === undefined) {
    const message = "'precompile' needs a topology (.ring.json) or a kernel (.cu).";
    throw usageError(precompileSpec, 'MissingArgument', message);
  }
  for (const path of args.positionals) fileKind(path);
  const out = args.text('out');
  if (out === undefined) {
    const folders = new Set(args.positionals.map((path) => dirname(resolve(cwd, path))));
    if (folders.size === 1) return first.replace(/(\.ring)?\.json$|\.cu$/, bundleSuffix);
    const message =
      'the files lie in several folders, and a bundle is looked for in one: --out says where it is to be.';
    throw usageError(precompileSpec, 'MissingOption', message);
  }
  if (out.endsWith(bundleSuffix)) return out;
  throw usageError(precompileSpec, 'InvalidOption', `--out '${out}' is no bundle: its name ends in ${bundleSuffix}.`);
}

/** What the kernels are for a GPU, after the CPU's compiler has found no mistake in them. */
async function recordUnits(paths: readonly string[], context: CommandContext): Promise<readonly RecordedUnit[]> {
  const { cwd, signal } = context;
  await using service = new CompileService(context);
  const recorder = new UnitRecorder();
  const compile: CompileSource = async (source) => {
    const result = await service.compiler.compile(source, { signal, cuda: recorder });
    if (!result.ok) throw compileFailed([source.file], result.problems);
    return result.image.info;
  };
  for (const path of paths) {
    if (fileKind(path) === 'kernel') await compileKernel({ path, cwd }, compile);
    else await openTopology({ path, cwd }, compile);
  }
  service.reportWarnings();
  return recorder.units;
}

/** @throws StudioError `BundleStale` */
async function check(
  { out, bundle }: NamedBundle,
  units: readonly RecordedUnit[],
  { terminal }: CommandContext,
): Promise<void> {
  const headers = readCudaHeaders(join(packageRoot(import.meta.url), 'kernels'));
  const keys = new Set(bundle.programs.map(({ key }) => key));
  const stale = units
    .filter(({ tree, unit }) => !keys.has(bundleKey(tree, unit, headers)))
    .map(({ tree }) => tree.main);
  if (stale.length > 0) {
    throw new StudioError('BundleStale', `${out} does not fit the sources as they are: ${stale.join(', ')}.`, {
      tip: 'Make it anew: ringstudio precompile, without --check.',
    });
  }
  await describe({ out, bundle }, `fits the sources, ${madeBy(bundle.compiler)}`, terminal);
}

interface NamedBundle {
  readonly out: string;
  readonly bundle: Bundle;
}

async function describe({ out, bundle }: NamedBundle, verdict: string, terminal: Terminal): Promise<void> {
  for (const { file, codes } of bundle.programs) {
    await terminal.write(`${file}: ${codes.map(({ architecture }) => architecture).join(', ')}\n`);
  }
  await terminal.write(`${out}: ${verdict}\n`);
}

function madeBy({ kind, version }: BundleCompiler): string {
  return kind === 'stand-in' ? 'made by the driver stand-in, and for it' : `made by NVRTC ${versionText(version)}`;
}

function reportWarnings({ programs }: Bundle, { terminal, cwd }: CommandContext): void {
  const text = formatProblemsAsText(
    programs.flatMap(({ warnings }) => warnings),
    sourceTextFrom(cwd),
  );
  if (text !== '') terminal.note(text.trimEnd());
}
