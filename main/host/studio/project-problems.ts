import type { Problem } from '../../../app/base/studio-error.ts';
import type { FileProblems } from '../../../app/contract/project.ts';

/** What one check of a source, or of the topology, found. */
export interface Findings {
  readonly problems: readonly Problem[];
  /** Versions of the files that were looked at. */
  readonly versions: ReadonlyMap<string, number>;
}

/** The problems of a project by the file that they lie in, put together from the checks of all sources. */
export class ProjectProblems {
  readonly #findings = new Map<string, Findings>();
  readonly #byFile = new Map<string, FileProblems>();
  readonly #onChange: (path: string, problems: FileProblems) => void;

  constructor(onChange: (path: string, problems: FileProblems) => void) {
    this.#onChange = onChange;
  }

  get byFile(): Readonly<Record<string, FileProblems>> {
    return Object.fromEntries(this.#byFile);
  }

  /** Replaces what the last check of `origin` found. */
  set(origin: string, findings: Findings): void {
    const before = this.#findings.get(origin);
    this.#findings.set(origin, findings);
    const files = new Set([
      origin,
      ...filesOf(origin, before),
      ...filesOf(origin, findings),
      ...findings.versions.keys(),
    ]);
    for (const file of files) this.#update(file);
  }

  /** The file is gone, and what its check found. */
  remove(origin: string): void {
    const before = this.#findings.get(origin);
    this.#findings.delete(origin);
    for (const file of new Set([origin, ...filesOf(origin, before)])) this.#update(file);
  }

  #update(file: string): void {
    const problems = new Map<string, Problem>();
    let version: number | undefined;
    for (const [origin, findings] of this.#findings) {
      const seen = findings.versions.get(file);
      if (seen !== undefined) version = Math.max(version ?? 0, seen);
      for (const problem of findings.problems) {
        if (fileOf(origin, problem) === file) problems.set(JSON.stringify(problem), problem);
      }
    }
    const before = this.#byFile.get(file);
    const next = { version: version ?? 0, problems: [...problems.values()] };
    if (before === undefined && version === undefined && problems.size === 0) return;
    if (before?.version === next.version && JSON.stringify(before.problems) === JSON.stringify(next.problems)) return;
    if (version === undefined && problems.size === 0) this.#byFile.delete(file);
    else this.#byFile.set(file, next);
    this.#onChange(file, next);
  }
}

function filesOf(origin: string, findings: Findings | undefined): readonly string[] {
  return findings?.problems.map((problem) => fileOf(origin, problem)) ?? [];
}

function fileOf(origin: string, { location }: Problem): string {
  return location?.file ?? origin;
}
