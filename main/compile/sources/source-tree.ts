import { posix } from 'node:path';
import { StudioError, type Problem, type SourceLocation } from '../../../app/base/studio-error.ts';
import { formatSize, limits } from '../limits.ts';
import { scanIncludes, type IncludeDirective } from './include-scanner.ts';
import { ProjectFolder, type Overlay } from './project-folder.ts';
import { findUtf8Error } from './utf8-error.ts';

export interface SourceFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A main file and all that it may include from the project. */
export interface SourceTree {
  /** Real path of the project folder. */
  readonly projectDir: string;
  readonly main: string;
  /** By path; the main file first. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Whether some file includes the device headers. */
  readonly includesRingKernel: boolean;
  /** Includes that lead out of the project: reported when the compiler does miss the file. */
  readonly outsideIncludes: readonly SourceLocation[];
}

export type SourceResult =
  { readonly ok: true; readonly tree: SourceTree } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Where the project lies in the compiler's virtual file system. */
export const projectRoot = 'project';
const ringKernelHeader = 'ring_kernel.cuh';

/**
 * Reads the closure of a file's includes. `"x"` is looked up beside the including file and then in the project folder,
 * `<x>` in the project folder; what is in neither is left for the compiler to find among its own headers or to miss.
 * Texts in `overlay` stand for the files of these paths, whether or not there are any.
 *
 * @throws StudioError `ProjectNotFound`, `SourceNotFound`, `SourceOutsideProject`, `SourceUnreadable`
 */
export async function readSourceTree(projectDir: string, file: string, overlay?: Overlay): Promise<SourceResult> {
  const folder = await ProjectFolder.open(projectDir, overlay);
  const main = folder.relativePath(file);
  if (main === undefined) throw outsideProject(file, folder.path);
  return new SourceReader(folder, main).read();
}

class SourceReader {
  readonly #folder: ProjectFolder;
  readonly #main: string;
  readonly #files = new Map<string, SourceFile>();
  readonly #absent = new Set<string>();
  readonly #problems: Problem[] = [];
  readonly #outside: SourceLocation[] = [];
  #includesRingKernel = false;

  constructor(folder: ProjectFolder, main: string) {
    this.#folder = folder;
    this.#main = main;
  }

  async read(): Promise<SourceResult> {
    const entry = await this.#folder.read(this.#main);
    if (entry.kind === 'outside') throw outsideProject(this.#main, this.#folder.path);
    if (entry.kind === 'absent') throw notFound(this.#main, this.#folder.path);
    if (entry.kind === 'not-a-file') throw new StudioError('SourceUnreadable', notAFile(this.#main, entry.what));
    if (entry.kind === 'too-large') return { ok: false, problems: [tooLarge(this.#main, entry.sizeBytes)] };
    await this.#add(this.#main, entry.bytes);
    if (this.#problems.length > 0) return { ok: false, problems: this.#problems };
    const tree = {
      projectDir: this.#folder.path,
      main: this.#main,
      files: this.#files,
      includesRingKernel: this.#includesRingKernel,
      outsideIncludes: this.#outside,
    };
    return { ok: true, tree };
  }

  async #add(path: string, bytes: Uint8Array): Promise<void> {
    const invalid = findUtf8Error(bytes);
    if (invalid !== undefined) {
      this.#problems.push(notUtf8(path, bytes, invalid));
      return;
    }
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const directives = scanIncludes(text);
    this.#files.set(path, { path, text });
    for (const directive of directives) await this.#follow(path, directive);
    this.#files.set(path, { path, text: this.#withoutParentSteps(path, text, directives) });
  }

  async #follow(includer: string, directive: IncludeDirective): Promise<void> {
    if (directive.spelling === ringKernelHeader) this.#includesRingKernel = true;
    for (const path of candidates(includer, directive)) {
      const outcome = await this.#include(path, { file: includer, line: directive.line });
      if (outcome === 'outside') this.#outside.push({ file: includer, line: directive.line });
      if (outcome !== 'absent') return;
    }
  }

  /** The compiler's virtual file system ignores `..`: such includes are spelled absolute instead. No line moves. */
  #withoutParentSteps(path: string, text: string, directives: readonly IncludeDirective[]): string {
    let result = text;
    for (const directive of directives.toReversed()) {
      if (!directive.spelling.split('/').includes('..')) continue;
      const target = candidates(path, directive).find((candidate) => this.#files.has(candidate));
      if (target === undefined) continue;
      result = `${result.slice(0, directive.start)}/${projectRoot}/${target}${result.slice(directive.end)}`;
    }
    return result;
  }

  async #include(path: string, from: SourceLocation): Promise<'included' | 'absent' | 'outside' | 'refused'> {
    if (this.#files.has(path)) return 'included';
    if (this.#absent.has(path)) return 'absent';
    if (posix.isAbsolute(path) || this.#folder.relativePath(path) === undefined) return 'outside';
    const entry = await this.#folder.read(path);
    if (entry.kind === 'file') {
      await this.#add(path, entry.bytes);
      return 'included';
    }
    this.#absent.add(path);
    // A folder of that name is in nobody's way.
    if (entry.kind === 'absent' || entry.kind === 'outside') return entry.kind;
    if (entry.kind === 'not-a-file' && entry.what === 'folder') return 'absent';
    this.#problems.push(
      entry.kind === 'too-large'
        ? tooLarge(path, entry.sizeBytes, from)
        : { severity: 'error', code: 'include-not-a-file', message: notAFile(path, entry.what), location: from },
    );
    return 'refused';
  }
}

/** Where an include may lie, in the order of lookup: absolute, or relative to the project folder. */
function candidates(includer: string, { spelling, isQuoted }: IncludeDirective): readonly string[] {
  if (posix.isAbsolute(spelling)) return [spelling];
  const fromRoot = posix.normalize(spelling);
  if (!isQuoted) return [fromRoot];
  const beside = posix.join(posix.dirname(includer), spelling);
  return beside === fromRoot || fromRoot.startsWith('..') ? [beside] : [beside, fromRoot];
}

/** The file of the project that an include in `includer` means: a path in `files`, or undefined for any other header. */
export function includedFile(
  { files }: Pick<SourceTree, 'files'>,
  includer: string,
  directive: IncludeDirective,
): string | undefined {
  const absolute = `/${projectRoot}/`;
  const { spelling } = directive;
  // As a path with parent steps is spelled in the tree.
  if (spelling.startsWith(absolute)) return spelling.slice(absolute.length);
  return candidates(includer, directive).find((path) => files.has(path));
}

function notUtf8(path: string, bytes: Uint8Array, offset: number): Problem {
  const line = bytes.subarray(0, offset).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const value = bytes[offset]!.toString(16).padStart(2, '0');
  return {
    severity: 'error',
    code: 'not-utf8',
    message: `${path} is not UTF-8: byte 0x${value} at offset ${offset}${isUtf16 ? ' (it looks like UTF-16)' : ''}`,
    tip: 'Save the file as UTF-8.',
    location: { file: path, line },
  };
}

function notAFile(path: string, what: string): string {
  return `'${path}' is a ${what}, not a file`;
}

function tooLarge(path: string, sizeBytes: number, location: SourceLocation = { file: path, line: 1 }): Problem {
  return {
    severity: 'error',
    code: 'source-too-large',
    message: `${path} has ${formatSize(sizeBytes)}, and a source at most ${formatSize(limits.sourceFile)}`,
    tip: 'Send large data to the actors as messages.',
    location,
  };
}

function notFound(path: string, projectDir: string): StudioError {
  return new StudioError('SourceNotFound', `There is no file '${path}' in ${projectDir}`);
}

function outsideProject(path: string, projectDir: string): StudioError {
  return new StudioError('SourceOutsideProject', `'${path}' lies outside the project folder ${projectDir}`, {
    tip: 'Move it into the project folder, or choose a folder that holds both.',
  });
}
