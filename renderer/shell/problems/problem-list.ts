import { isOfCompiler, type Problem } from '../../../app/base/studio-error.ts';
import type { Revision } from '../../../app/contract/revision.ts';
import type { ProjectState } from '../../stores/project.store.ts';
import { lostLimits, lostText, lostTitle } from '../../ui/lost-run.ts';

export interface ListedProblem {
  readonly key: string;
  readonly severity: Problem['severity'];
  /** What found it: `compiler`, `topology`, `fault`, `run`, `host`. */
  readonly check: string;
  readonly message: string;
  readonly tip: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly actorId: string | undefined;
  /** The part of the topology, `supervisors[1].children[0]`. */
  readonly part?: string;
  readonly atMs: number | undefined;
  /** The compiler itself had ended: to compile the file again may help. */
  readonly isOfCompiler: boolean;
}

const ranks = { error: 0, warning: 1, info: 2 } as const;

type Sources = Pick<ProjectState, 'problems' | 'run' | 'topologyPath' | 'revisions'>;

/** Everything that is wrong now: in the sources, in the topology, in the run. Worst first. */
export function listProblems({ problems, run, topologyPath, revisions }: Sources): readonly ListedProblem[] {
  const inFiles = Object.entries(problems).flatMap(([path, list]) =>
    list.problems.map((problem, index) => fromProblem(problem, path, { topologyPath, index })),
  );
  const known = new Set(inFiles.map(identity));
  const uncompiled = notCompiled(revisions).filter((problem) => !known.has(identity(problem)));
  // Those without a place name their file in the message.
  for (const problem of [...inFiles, ...uncompiled])
    known.add(identity(problem)).add(identity({ ...problem, file: undefined }));
  const inRun = run.problems
    .map((problem, index) => fromProblem(problem, undefined, { topologyPath, index }))
    .filter((problem) => !known.has(identity(problem)));
  return [...lostWithHost(run), ...faults(run), ...inRun, ...uncompiled, ...inFiles].sort(
    (a, b) => ranks[a.severity] - ranks[b.severity],
  );
}

export function countProblems(sources: Sources, severity: Problem['severity']): number {
  return listProblems(sources).filter((problem) => problem.severity === severity).length;
}

/** The compiler ended over what was saved last: nothing else tells it where the check of the draft went well. */
function notCompiled(revisions: readonly Revision[]): readonly ListedProblem[] {
  const latest = new Map(revisions.map((revision) => [revision.path, revision]));
  return [...latest.values()].flatMap(({ path, number, savedAtMs, problems }) =>
    problems.filter(isOfCompiler).map((problem, index) => ({
      ...fromProblem(problem, path, { topologyPath: '', index }),
      key: `${path} r${number} ${index}`,
      atMs: savedAtMs,
    })),
  );
}

function lostWithHost({ lost }: Sources['run']): readonly ListedProblem[] {
  if (lost === undefined) return [];
  const problem: ListedProblem = {
    key: `lost ${lost.foundAtMs}`,
    severity: 'error',
    check: 'host',
    message: `${lostTitle}. ${lostText(lost)}`,
    tip: `${lostLimits(lost)} Run the actors again, or dismiss this in the alerts.`.trim(),
    ...{ file: undefined, line: undefined, column: undefined, actorId: undefined },
    atMs: lost.lastSignAtMs ?? lost.foundAtMs,
    isOfCompiler: false,
  };
  return [problem];
}

function faults(run: Sources['run']): readonly ListedProblem[] {
  return run.actors.flatMap(({ id, fault }): ListedProblem[] =>
    fault === undefined
      ? []
      : [
          {
            key: `fault ${id} ${fault.atMs}`,
            severity: 'error',
            check: 'fault',
            message: `${id}#${fault.instance} failed: ${fault.detail}`,
            tip:
              run.phase === 'idle'
                ? 'Mend the code and save it, then run again.'
                : 'Mend the code and save it, then restart the actor.',
            file: fault.location?.file,
            line: fault.location?.line,
            column: fault.location?.column,
            actorId: id,
            atMs: fault.atMs,
            isOfCompiler: false,
          },
        ],
  );
}

function fromProblem(
  { severity, code, message, tip, location, path: part }: Problem,
  path: string | undefined,
  { topologyPath, index }: { readonly topologyPath: string; readonly index: number },
): ListedProblem {
  const file = location?.file ?? path;
  return {
    key: `${path ?? 'run'} ${index} ${code}`,
    severity,
    check: path === undefined ? 'run' : path === topologyPath ? 'topology' : 'compiler',
    ...{ message, tip, file },
    line: location?.line,
    column: location?.column,
    actorId: undefined,
    ...(part === undefined ? {} : { part }),
    atMs: undefined,
    isOfCompiler: isOfCompiler({ code }),
  };
}

function identity({ file, line, message }: Pick<ListedProblem, 'file' | 'line' | 'message'>): string {
  return `${file ?? ''}:${line ?? ''}:${message}`;
}
