import { dirname, basename, resolve } from 'node:path';

import { StudioError, type Problem } from '../../../app/base/studio-error.ts';
import type { DimSpec } from '../../../app/model/dim3.ts';
import { locateProblems } from '../../../app/model/json-text.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { bareTopology } from '../../../app/model/topology/bare-topology.ts';
import { parseTopology } from '../../../app/model/topology/parse-topology.ts';
import type { Topology, TopologyActor } from '../../../app/model/topology/topology.ts';
import { validateTopology } from '../../../app/model/topology/validate-topology.ts';
import { placeInCwd } from './place-in-cwd.ts';
import { checkFile, readTextFile } from './text-file.ts';

/** A topology that fits its compiled programs. */
export interface Project {
  /** Absolute: the folder that all sources lie in. */
  readonly dir: string;
  readonly topology: Topology;
  readonly programs: ReadonlyMap<string, ProgramInfo>;
  /** What may go wrong while it runs. */
  readonly warnings: readonly Problem[];
}

/**
 * Compiles one source of a project.
 *
 * @throws StudioError `CompileFailed` with problems whose files are relative to the project; `Source…`
 */
export type CompileSource = (source: { readonly projectDir: string; readonly file: string }) => Promise<ProgramInfo>;

export interface ProjectFile {
  readonly path: string;
  readonly cwd: string;
}

/** What the command line says beyond the document. */
export interface TopologyOverrides {
  readonly device?: Topology['device'];
  readonly kernel?: string | undefined;
  readonly instances?: number | undefined;
  readonly block?: DimSpec | undefined;
  readonly grid?: DimSpec | undefined;
}

export type FileKind = 'kernel' | 'topology';

/** @throws StudioError `UnknownFileKind` */
export function fileKind(path: string): FileKind {
  if (path.endsWith('.cu')) return 'kernel';
  if (path.endsWith('.json')) return 'topology';
  throw new StudioError('UnknownFileKind', `'${path}' is neither a kernel (.cu) nor a topology (.ring.json).`);
}

/** Reads a topology's document, without looking at its programs. */
export async function readTopology({ path, cwd }: ProjectFile): Promise<Topology> {
  const text = await readTextFile(path, cwd);
  const parsed = parseTopology(text, basename(path));
  if ('document' in parsed) return parsed.document;
  throw invalidTopology(path, placeInCwd(parsed.problems, dirname(resolve(cwd, path)), cwd));
}

/** Compiles a `.cu`, whose project is its folder. */
export async function compileKernel({ path, cwd }: ProjectFile, compile: CompileSource): Promise<ProgramInfo> {
  await checkFile(path, cwd);
  const absolute = resolve(cwd, path);
  const projectDir = dirname(absolute);
  return compile({ projectDir, file: basename(absolute) }).catch((error: unknown) => {
    throw withPlaces(error, projectDir, cwd);
  });
}

/**
 * Compiles a `.cu`, which becomes a topology of one actor per kernel.
 *
 * @throws StudioError
 */
export async function openKernel(
  { path, cwd }: ProjectFile,
  compile: CompileSource,
  { device = 'cpu', kernel, instances, ...sizes }: TopologyOverrides = {},
): Promise<Project> {
  const program = await compileKernel({ path, cwd }, compile);
  const bare = bareTopology(program, kernel === undefined ? {} : { kernel });
  const actors = bare.actors.map((actor) => ({
    ...actor,
    ...(instances !== undefined && { instances }),
    ...given(sizes),
  }));
  const dir = dirname(resolve(cwd, path));
  const programs = new Map([[program.file, program]]);
  const project = { dir, topology: { ...bare, device, actors }, programs, warnings: [] };
  const problems = validateTopology(project.topology, project.programs);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw unfitKernel(path, errors);
  return project;
}

function given({ block, grid }: Pick<TopologyOverrides, 'block' | 'grid'>): Partial<TopologyActor> {
  return { ...(block !== undefined && { block }), ...(grid !== undefined && { grid }) };
}

/** A bare `.cu` has no document that paths could point into. */
function unfitKernel(path: string, problems: readonly Problem[]): StudioError {
  const [first] = problems;
  const message = `${path}: ${problems.map((problem) => problem.message).join(' ')}`;
  return new StudioError('InvalidLaunch', message, {
    tip: first?.tip ?? '',
  });
}

/**
 * Compiles everything that a topology names and checks that it fits together.
 *
 * @throws StudioError `InvalidTopology`, or `CompileFailed` when only sources are wrong; with all problems
 */
export async function openTopology(
  { path, cwd }: ProjectFile,
  compile: CompileSource,
  { device, ...sizes }: TopologyOverrides = {},
): Promise<Project> {
  const document = await readTopology({ path, cwd });
  const dir = dirname(resolve(cwd, path));
  const topology: Topology = {
    ...document,
    ...(device !== undefined && { device }),
    actors: document.actors.map((actor) => ({ ...actor, ...given(sizes) })),
  };
  const programs = new Map<string, ProgramInfo>();
  const failures: SourceFailure[] = [];
  await Promise.all(
    [...new Set(topology.actors.map(({ source }) => source))].map(async (source) => {
      try {
        programs.set(source, await compile({ projectDir: dir, file: source }));
      } catch (error) {
        if (!(error instanceof StudioError) || !isAboutSource(error)) throw error;
        failures.push({ source, error });
      }
    }),
  );
  const problems = await findProblems({ path, cwd }, topology, { programs, failures });
  const compileProblems = failures.flatMap(({ error }) => error.problems);
  const all = placeInCwd([...compileProblems, ...problems], dir, cwd);
  if (problems.some(({ severity }) => severity === 'error')) throw invalidTopology(path, all);
  if (failures.length > 0)
    throw compileFailed(
      failures.map(({ source }) => source),
      all,
    );
  return { dir, topology, programs, warnings: all };
}

interface SourceFailure {
  readonly source: string;
  readonly error: StudioError;
}

/** The document names something wrong, or the source is wrong: other failures say nothing about the project. */
function isAboutSource({ code }: StudioError): boolean {
  return code === 'CompileFailed' || code.startsWith('Source');
}

interface CompiledSources {
  readonly programs: ReadonlyMap<string, ProgramInfo>;
  readonly failures: readonly SourceFailure[];
}

/** What is wrong with the document, each with its place in the file. */
async function findProblems(
  { path, cwd }: ProjectFile,
  topology: Topology,
  { programs, failures }: CompiledSources,
): Promise<readonly Problem[]> {
  const missing = failures
    .filter(({ error }) => error.problems.length === 0)
    .map(({ source, error }): Problem => {
      const index = topology.actors.findIndex((actor) => actor.source === source);
      const code = error.code.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
      const tip = error.tip === undefined ? {} : { tip: error.tip };
      return { severity: 'error', code, message: error.message, path: `actors[${index}].source`, ...tip };
    });
  const problems = [...missing, ...validateTopology(topology, programs)];
  if (problems.length === 0) return [];
  return locateProblems(problems, { text: await readTextFile(path, cwd), file: basename(path) });
}

function invalidTopology(path: string, problems: readonly Problem[]): StudioError {
  return new StudioError('InvalidTopology', `${path} cannot run: ${countErrors(problems)}.`, { problems });
}

export function compileFailed(files: readonly string[], problems: readonly Problem[]): StudioError {
  const verb = files.length === 1 ? 'does' : 'do';
  const message = `${files.join(', ')} ${verb} not compile: ${countErrors(problems)}.`;
  return new StudioError('CompileFailed', message, { problems });
}

function withPlaces(error: unknown, dir: string, cwd: string): unknown {
  if (!(error instanceof StudioError) || error.problems.length === 0) return error;
  return new StudioError(error.code, error.message, { cause: error, problems: placeInCwd(error.problems, dir, cwd) });
}

function countErrors(problems: readonly Problem[]): string {
  const count = problems.filter(({ severity }) => severity === 'error').length;
  return count === 1 ? '1 error' : `${count} errors`;
}
