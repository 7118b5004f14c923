import { StudioError, type Problem } from '../../../app/base/studio-error.ts';

const LAYOUT = 'Restore with --migrate, or into the kernels that it was taken of.';
const LOSS = 'Restore with --migrate --allow-loss, or change the kernels so that nothing is lost.';
/** Codes of problems that these help against. */
const OF_LAYOUT: readonly string[] = ['state-layout', 'queued-message', 'migration-loss'];

/** Why a checkpoint does not fit, with the options of the command line that help. */
export function withRestoreTips(error: unknown, isMigrating: boolean): unknown {
  if (!(error instanceof StudioError) || error.code !== 'CheckpointMismatch') return error;
  const problems = error.problems.map((problem) => withTip(problem, isMigrating));
  const tip = problems[0]?.tip ?? error.tip;
  return new StudioError(error.code, error.message, { cause: error, problems, ...(tip !== undefined && { tip }) });
}

function withTip(problem: Problem, isMigrating: boolean): Problem {
  return OF_LAYOUT.includes(problem.code) ? { ...problem, tip: isMigrating ? LOSS : LAYOUT } : problem;
}
