import { StudioError } from '../../../app/base/studio-error.ts';
import { createCompiler } from '../../compile/compiler.ts';
import { compilerFiles } from '../../host/package-root.ts';
import { endWithParent } from '../../process/end-with-parent.ts';
import type { Check } from './check.ts';
import { listChecks } from './check-list.ts';
import { CheckFailed, CheckSkipped, type CheckResult } from './outcome.ts';
import { checkTask, type CheckMessage } from './process-messages.ts';
import { Scene, type SceneInit } from './scene.ts';

// Runs some checks, one after the other. A context that is lost cannot be opened again in a process, and a driver may
// hang or crash: then this process ends, and another one goes on with what is left.

endWithParent();
process.on('SIGINT', () => undefined); // a terminal sends it to all; the parent decides

function say(message: CheckMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => {
      resolve();
    });
  });
}

async function runCheck(
  check: Check,
  init: SceneInit,
): Promise<{ readonly result: CheckResult; readonly isLost: boolean }> {
  const startedMs = performance.now();
  const scene = new Scene(init);
  let failure: unknown;
  try {
    await check.run(scene);
  } catch (error) {
    failure = error;
  }
  const isLost = scene.isDeviceLost;
  try {
    await scene[Symbol.asyncDispose]();
  } catch (error) {
    failure ??= error;
  }
  const { name } = check;
  const durationMs = performance.now() - startedMs;
  return { result: { name, durationMs, figures: scene.figures, ...judge(failure) }, isLost };
}

function judge(failure: unknown): Pick<CheckResult, 'outcome' | 'reason' | 'tip'> {
  if (failure === undefined) return { outcome: 'passed' };
  if (failure instanceof CheckSkipped) return { outcome: 'skipped', reason: failure.message };
  if (failure instanceof CheckFailed) return { outcome: 'failed', reason: failure.message };
  if (failure instanceof StudioError) {
    const problems = failure.problems.slice(0, 3).map(({ message }) => ` ${message}`);
    const tip = failure.tip === undefined ? {} : { tip: failure.tip };
    return { outcome: 'failed', reason: `${failure.code}: ${failure.message}${problems.join('')}`, ...tip };
  }
  return {
    outcome: 'failed',
    reason: failure instanceof Error ? (failure.stack ?? failure.message) : JSON.stringify(failure),
  };
}

const { checks: names, ...task } = checkTask.parse(JSON.parse(process.argv[2] ?? ''));
const all = new Map((await listChecks(task.root)).map((check) => [check.name, check]));
const compiler = createCompiler(compilerFiles(task.root));
for (const name of names) {
  const check = all.get(name);
  if (check === undefined) throw new Error(`there is no check '${name}'`);
  await say({ kind: 'began', name });
  const { result, isLost } = await runCheck(check, { ...task, compiler });
  await say({ kind: 'ended', result });
  if (isLost) break;
}
await compiler[Symbol.asyncDispose]();
// eslint-disable-next-line no-restricted-syntax -- a context that was lost, or in which something hangs, goes with the process
process.exit(0);
