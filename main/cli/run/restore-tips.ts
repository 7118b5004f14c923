import { StudioError, type Problem } from '../../../app/base/studio-error.ts';

const LAYOUT = 'Restore with --migrate, or into the kernels that it was taken of.';
const LOSS = 'Restore with --migrate --allow-loss, or change the kernels so that nothing is lost.';
/** By the code of the problem. */
const TIPS: ReadonlyMap<string, string> = new Map([
  ['state-layout', LAYOUT],
  ['queued-message', LAYOUT],
  ['migration-loss', LOSS],
]);

/** Why a checkpoint does not fit, with the options of the command line that help. */
export function withRestoreTips(error: unknown, isMigrating: boolean): unknown {
  if (!(error instanceof StudioError) || error.code !== 'CheckpointMismatch') return error;
  const problems = error.problems.map((problem) => withTip(problem, isMigrating));
  const tip = problems[0]?.tip ?? error.tip;
  return new StudioError(error.code, error.message, { cause: error, problems, ...(tip !== undefined && { tip }) });
}

function withTip(problem: Problem, isMigrating: boolean): Problem {
  const tip = problem.code === 'queued-message' && isMigrating ? LOSS : TIPS.get(problem.code);
  return tip === undefined ? problem : { ...problem, tip };
}
