import type { KernelInfo, ProgramInfo } from '../program.ts';
import type { Topology, TopologyActor } from './topology.ts';

/** Programs by the `source` that actors name. */
export type Programs = ReadonlyMap<string, ProgramInfo>;

/** An actor of the document with the kernel it runs. */
export interface LinkedActor {
  readonly actor: TopologyActor;
  /** Place in `actors`. */
  readonly index: number;
  /** Absent where the source is not compiled or has no such kernel. */
  readonly kernel?: KernelInfo;
  /** What the kernel is compiled for. */
  readonly threads?: ProgramInfo['threads'];
}

export function linkActors({ actors }: Topology, programs: Programs): readonly LinkedActor[] {
  return actors.map((actor, index) => {
    const program = programs.get(actor.source);
    const kernel = program?.kernels.find(({ name }) => name === actor.kernel);
    return kernel === undefined ? { actor, index } : { actor, index, kernel, threads: program!.threads };
  });
}
