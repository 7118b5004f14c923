import { hasCompilerEnded, isOfCompiler, type SourceLocation } from '../../app/base/studio-error.ts';
import type { Revision } from '../../app/contract/revision.ts';
import type { ProgramInfo } from '../../app/model/program.ts';
import type { ShownRun } from '../stores/project.store.ts';
import { shortTypeName } from '../ui/format.ts';

const CONSENT_NEEDED = 'consent-needed';

/** Why the latest revision of a file does not run while an earlier one does. */
export interface RevisionNotice {
  readonly kind: 'failed' | 'refused';
  /** Number of the revision that actors run. */
  readonly running: number;
  readonly latest: number;
  /** `r42 has 1 error at line 35, so it was not loaded.` */
  readonly reason: string;
  readonly location: SourceLocation | undefined;
  /** The compiler itself had ended, or is missing: to compile it again may help. */
  readonly isOfCompiler: boolean;
  /** Actors that a reset would begin anew; none where a reset does not help. */
  readonly resettable: readonly string[];
}

interface Known {
  readonly revisions: readonly Revision[];
  readonly run: ShownRun;
  readonly programs: Readonly<Record<string, ProgramInfo>>;
}

/** The revision that the file's actors run; undefined while none runs. */
export function runningRevision(run: ShownRun, path: string): number | undefined {
  if (run.phase !== 'running' && run.phase !== 'paused') return undefined;
  return run.actors.find(({ source }) => source === path)?.revision;
}

/** The latest revision that concerns the file: its own, or of a source that includes it and was held back by what is in it. */
export function revisionNotice(path: string, { revisions, run, programs }: Known): RevisionNotice | undefined {
  const latest =
    revisions.findLast((revision) => revision.path === path) ??
    revisions.findLast(({ path: source, status, problems, number }) => {
      const isLatest = revisions.findLast((other) => other.path === source)?.number === number;
      const isHeldBack = status === 'failed' || status === 'refused';
      return isLatest && isHeldBack && problems.some(({ location }) => location?.file === path);
    });
  if (latest === undefined || (latest.status !== 'failed' && latest.status !== 'refused')) return undefined;
  const running = runningRevision(run, latest.path);
  if (running === undefined || running === latest.number) return undefined;
  const common = {
    ...{ running, latest: latest.number, location: firstLocation(latest) },
    isOfCompiler: latest.problems.some(isOfCompiler),
  };
  if (latest.status === 'failed') {
    return { ...common, kind: 'failed', reason: failedReason(latest), resettable: [] };
  }
  const isMendable = latest.problems.every(({ code }) => code !== 'broken-channel' && code !== CONSENT_NEEDED);
  const older = run.actors.filter(({ source, revision }) => source === latest.path && revision < latest.number);
  return {
    ...common,
    kind: 'refused',
    reason: refusedReason(latest, { kernels: older.map(({ kernel }) => kernel), program: programs[latest.path] }),
    resettable: isMendable ? older.map(({ id }) => id) : [],
  };
}

function firstLocation({ problems }: Revision): SourceLocation | undefined {
  const errors = problems.filter(({ severity, code }) => severity === 'error' && code !== CONSENT_NEEDED);
  return (errors.find(({ location }) => location !== undefined) ?? errors[0])?.location;
}

function failedReason(revision: Revision): string {
  const ended = revision.problems.find((problem) => isOfCompiler(problem) && problem.location === undefined);
  if (ended !== undefined) {
    const tip = hasCompilerEnded(ended) || ended.tip === undefined ? '' : ` ${ended.tip}`;
    return `${ended.message.replace(/\.$/, '')}; r${revision.number} was not compiled.${tip}`;
  }
  const errors = revision.problems.filter(({ severity }) => severity === 'error').length;
  const location = firstLocation(revision);
  const file = location === undefined || location.file === revision.path ? '' : ` of ${location.file}`;
  const place = location === undefined ? '' : ` at line ${location.line}${file}`;
  const count = errors === 1 ? `1 error${place}` : `${errors} errors, the first${place}`;
  return `r${revision.number} has ${count}, so it was not loaded.`;
}

function refusedReason(
  { number, problems }: Revision,
  { kernels, program }: { readonly kernels: readonly string[]; readonly program: ProgramInfo | undefined },
): string {
  if (problems.some(({ code }) => code === 'state-layout')) {
    const states = program?.kernels.flatMap(({ name, state }) =>
      kernels.includes(name) && state !== undefined ? [shortTypeName(state.name)] : [],
    );
    const what = states === undefined || states.length === 0 ? 'the state' : [...new Set(states)].join(' and ');
    return `r${number} changes the layout of ${what}, so it was not loaded.`;
  }
  const [first] = problems;
  const tip = first?.code === CONSENT_NEEDED && first.tip !== undefined ? ` ${first.tip}` : '';
  return `r${number} was not loaded${first === undefined ? '.' : `: ${first.message}${tip}`}`;
}
