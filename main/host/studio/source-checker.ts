import type { Problem } from '../../../app/base/studio-error.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { readSourceTree } from '../../compile/sources/source-tree.ts';
import { problemsOf, type CompileQueue } from './compile-queue.ts';
import type { FileDrafts } from './file-drafts.ts';
import { isHeader, isSource, sourceTexts } from './source-texts.ts';

export interface SourceCheck {
  readonly source: string;
  /** Absent where it does not compile. */
  readonly program?: ProgramInfo;
  readonly problems: readonly Problem[];
  /** The files that went into it, with the versions that were looked at. */
  readonly versions: ReadonlyMap<string, number>;
}

export interface SourceCheckerOptions {
  readonly dir: string;
  readonly queue: CompileQueue;
  readonly drafts: FileDrafts;
  readonly onChecking: (source: string, isChecking: boolean) => void;
  readonly onChecked: (check: SourceCheck) => void;
  readonly onRemoved: (source: string) => void;
}

/** Typing pauses that are shorter do not start the compiler. */
const TYPING_PAUSE_MS = 150;
/** A check of a text that has changed since is given up after this time; before it, waiting is cheaper. */
const PATIENCE_MS = 1500;

/** Compiles drafts while they are being written, the file that was touched last first. */
export class SourceChecker implements AsyncDisposable {
  readonly #options: SourceCheckerOptions;
  /** Sources to check; the next one last. */
  #due: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #active:
    { readonly source: string; readonly versions: ReadonlyMap<string, number>; readonly abort: () => void } | undefined;
  #work: Promise<void> = Promise.resolve();
  #isDisposed = false;
  /** By source: the files that its last check read. */
  readonly #closures = new Map<string, ReadonlySet<string>>();
  readonly #broken = new Set<string>();

  constructor(options: SourceCheckerOptions) {
    this.#options = options;
  }

  /** Checks all of them, in this order. */
  checkAll(sources: readonly string[]): void {
    this.#due = [...this.#due, ...sources.toReversed()];
    this.#start(0);
  }

  /** The sources that hold what is in the file, as far as is known. */
  sourcesWith(path: string): readonly string[] {
    const includers = [...this.#closures].filter(([, files]) => files.has(path)).map(([source]) => source);
    return [...new Set(isSource(path) ? [path, ...includers] : includers)];
  }

  /** A file has changed, appeared or gone. */
  touch(path: string): void {
    if (!isSource(path) && !isHeader(path)) return;
    const { drafts, onRemoved } = this.#options;
    const isGone = drafts.file(path) === undefined;
    const affected = [...this.#closures].filter(([, files]) => files.has(path)).map(([source]) => source);
    // What was missing may be there now.
    const mended = isHeader(path) ? [...this.#broken] : [];
    if (isSource(path) && isGone) {
      this.#closures.delete(path);
      this.#broken.delete(path);
      onRemoved(path);
    }
    const own = isSource(path) && !isGone ? [path] : [];
    const wanted = [...new Set([...mended, ...affected, ...own])].filter((source) => drafts.file(source) !== undefined);
    this.#due = [...this.#due.filter((source) => !wanted.includes(source)), ...wanted];
    if (wanted.length > 0) this.#start(TYPING_PAUSE_MS);
    if (this.#active !== undefined && this.#isOutdated(this.#active.versions)) this.#active.abort();
  }

  /** Resolves when nothing is left to check. */
  async settled(): Promise<void> {
    while (this.#timer !== undefined || this.#due.length > 0 || this.#active !== undefined) {
      await this.#work;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = [];
    this.#active?.abort();
    await this.#work;
  }

  #start(delayMs: number): void {
    if (this.#isDisposed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#work = this.#work.then(() => this.#run());
    }, delayMs);
  }

  async #run(): Promise<void> {
    // Somebody is typing again: the rest waits for the next pause.
    while (this.#timer === undefined && !this.#isDisposed) {
      const source = this.#due.pop();
      if (source === undefined) return;
      this.#due = this.#due.filter((other) => other !== source);
      if (this.#options.drafts.file(source) !== undefined) await this.#check(source);
    }
  }

  async #check(source: string): Promise<void> {
    const { drafts, onChecking, onChecked } = this.#options;
    onChecking(source, true);
    try {
      const check = await this.#compile(source);
      if (check === undefined || this.#isDisposed || drafts.file(source) === undefined) return;
      if (check.program === undefined) this.#broken.add(source);
      else this.#broken.delete(source);
      if (!this.#isOutdated(check.versions)) onChecked(check);
      else if (!this.#due.includes(source)) this.#due.push(source);
    } finally {
      this.#active = undefined;
      onChecking(source, false);
    }
  }

  /** Undefined when it was given up. */
  async #compile(source: string): Promise<SourceCheck | undefined> {
    const { dir, queue, drafts } = this.#options;
    const overlay = sourceTexts(drafts);
    const stop = new AbortController();
    let versions: ReadonlyMap<string, number> = new Map([[source, drafts.file(source)?.version ?? 0]]);
    try {
      const tree = await readSourceTree(dir, source, overlay);
      const paths = tree.ok ? [...tree.tree.files.keys()] : [source];
      this.#closures.set(source, new Set(paths));
      versions = new Map(paths.map((path) => [path, drafts.file(path)?.version ?? 0]));
      this.#active = { source, versions, abort: impatient(stop, () => this.#isDisposed) };
      const { result } = await queue.check({ projectDir: dir, file: source, overlay }, stop.signal);
      if (!result.ok) return { source, problems: result.problems, versions };
      return { source, program: result.image.info, problems: result.warnings, versions };
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      return { source, problems: problemsOf(error, source), versions };
    }
  }

  #isOutdated(versions: ReadonlyMap<string, number>): boolean {
    return [...versions].some(([path, version]) => (this.#options.drafts.file(path)?.version ?? 0) !== version);
  }
}

/** Aborting costs the compiler process, so it is done only to a check that lasts. */
function impatient(stop: AbortController, isNow: () => boolean): () => void {
  const startedMs = Date.now();
  return () => {
    const leftMs = isNow() ? 0 : Math.max(0, startedMs + PATIENCE_MS - Date.now());
    setTimeout(() => {
      stop.abort();
    }, leftMs).unref();
  };
}
