import type { Topology } from '../../../app/model/topology/topology.ts';
import type { CheckedPrograms } from './checked-programs.ts';
import type { FileDrafts } from './file-drafts.ts';
import type { ProjectProblems } from './project-problems.ts';
import { checkTopology } from './topology-check.ts';

interface TopologyWatchOptions {
  readonly path: string;
  readonly drafts: FileDrafts;
  readonly programs: CheckedPrograms;
  readonly problems: ProjectProblems;
  /** Undefined where the text is none. */
  readonly onChecked: (document: Topology | undefined) => void;
}

/** What the project's topology says, and what is wrong with it. */
export class TopologyWatch {
  readonly #options: TopologyWatchOptions;
  #document: Topology | undefined;

  constructor(options: TopologyWatchOptions) {
    this.#options = options;
  }

  /** The last one that could be read. */
  get document(): Topology | undefined {
    return this.#document;
  }

  /** Without waiting: it takes a millisecond. */
  check(): void {
    const { path, drafts, programs, problems: known, onChecked } = this.#options;
    const file = drafts.file(path);
    const hasSource = (source: string): boolean => drafts.file(source) !== undefined;
    const { document, problems } = checkTopology(file?.text, { path, programs: programs.sound, hasSource });
    known.set(path, { problems, versions: new Map([[path, file?.version ?? 0]]) });
    this.#document = document ?? this.#document;
    onChecked(document);
  }
}
