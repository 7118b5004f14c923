import type { Problem } from '../../../app/base/studio-error.ts';
import { placeTopology } from '../../../app/runtime/launch-topology.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { nothingBut } from '../../compile/sources/project-folder.ts';
import { createRuntime } from '../create-runtime.ts';
import { projectHostFiles } from '../host-files/project-files.ts';
import { problemsOf, type CompileQueue } from './compile-queue.ts';
import type { CheckpointStart, RunPlan } from './run-plan.ts';
import type { RuntimeSettings } from './runtime-settings.ts';
import { checkTopology } from './topology-check.ts';

export interface RehearsalParts {
  readonly queue: CompileQueue;
  readonly runtime: RuntimeSettings;
}

/**
 * Compiles a plan, and places its actors in a runtime of their own, where they stay at rest: gives what is in the way of a
 * run of it that goes on from the checkpoint. What runs meanwhile is left alone. Files of sinks are not looked at: they may
 * be being written.
 *
 * @throws StudioError `BadCheckpoint`, `OutOfMemory`, `TooManyActors`, `FileNotFound` of a replay
 */
export async function rehearse(
  plan: RunPlan & { readonly checkpoint: CheckpointStart },
  { queue, runtime: { arenaBytes } }: RehearsalParts,
): Promise<readonly Problem[]> {
  const compiler = queue.forRun(() => undefined);
  await using runtime = await createRuntime({ workers: 1, compiler, ...(arenaBytes !== undefined && { arenaBytes }) });
  const programs = new Map<string, Program>();
  const problems: Problem[] = [];
  for (const path of plan.sources.keys()) {
    try {
      programs.set(path, await runtime.compile(path, { projectDir: plan.dir, overlay: nothingBut(plan.overlay) }));
    } catch (error) {
      problems.push(...problemsOf(error, path));
    }
  }
  if (problems.length > 0) return problems;
  const errors = topologyErrors(plan, programs);
  if (errors.length > 0) return errors;
  const { topology, checkpoint } = plan;
  const files = projectHostFiles(plan.dir);
  for (const host of topology.hosts ?? []) if (host.host === 'replay') await files.read(host.file);
  await placeTopology(runtime, { topology, programs, files });
  return (await runtime.planRestore(checkpoint.bytes, checkpoint.options)).problems;
}

/** What is wrong with the plan's topology, now that its programs are known. */
export function topologyErrors(
  { topologyText, topologyPath }: RunPlan,
  programs: ReadonlyMap<string, Program>,
): readonly Problem[] {
  const infos = new Map([...programs].map(([path, { image }]) => [path, image.info]));
  const { problems } = checkTopology(topologyText, {
    path: topologyPath,
    programs: infos,
    hasSource: (path) => infos.has(path),
  });
  return problems.filter(({ severity }) => severity === 'error');
}
