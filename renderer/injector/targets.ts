import type { StructType } from '../../app/model/message-type.ts';
import type { KernelInfo, ProgramInfo } from '../../app/model/program.ts';
import { actorSettings, type Topology } from '../../app/model/topology/topology.ts';

/** An actor that messages can be sent to. */
export interface Target {
  readonly id: string;
  readonly kernel: string;
  readonly source: string;
  readonly instances: number;
  /** What it handles, in the order of the source; empty while the source has not compiled yet. */
  readonly types: readonly StructType[];
}

export function targetsOf(
  topology: Topology | undefined,
  programs: Readonly<Record<string, ProgramInfo>>,
): readonly Target[] {
  return (topology?.actors ?? []).map((actor) => {
    const kernel = programs[actor.source]?.kernels.find(({ name }) => name === actor.kernel);
    return {
      id: actor.id,
      kernel: actor.kernel,
      source: actor.source,
      instances: actorSettings(actor).instances,
      types: kernel === undefined ? [] : handledTypes(kernel),
    };
  });
}

function handledTypes(kernel: KernelInfo): readonly StructType[] {
  return kernel.handlers.map(({ message }) => message);
}

/** The one that was chosen, else the one that is selected, else the one shown before, else the first. */
export function chooseTarget(
  targets: readonly Target[],
  { pinned, selected, last }: { pinned: string | undefined; selected: readonly string[]; last: string | undefined },
): Target | undefined {
  for (const id of [pinned, selected.at(-1), last]) {
    const found = id === undefined ? undefined : targets.find((target) => target.id === id);
    if (found !== undefined) return found;
  }
  return targets.find(({ types }) => types.length > 0) ?? targets[0];
}

/** Where drafts of a message are kept: two sources may declare types of one name. */
export function draftKey(target: Target, type: StructType): string {
  return `${target.source}:${type.name}`;
}
