import type { SourceLocation } from '../base/studio-error.ts';
import { dim3Of, dimTotal, unitDim, type DimSpec } from '../model/dim3.ts';
import type { LaunchSize } from '../model/launch-size.ts';
import type { StructType } from '../model/message-type.ts';
import type { KernelInfo, ProgramInfo } from '../model/program.ts';

export interface KernelSpec {
  readonly name: string;
  readonly handles?: readonly StructType[];
  readonly outputs?: Readonly<Record<string, StructType>>;
  readonly state?: StructType;
  readonly block?: DimSpec | 'any';
  readonly grid?: DimSpec;
}

/** One block of one thread, without shared data. */
export const plainSize: LaunchSize = { block: unitDim, grid: unitDim, sharedBytes: 0, sharedStride: 0 };

/** A program as the front end would describe it, for tests. */
export function programOf(file: string, kernels: readonly KernelSpec[]): ProgramInfo {
  const location = { file, line: 1 };
  const infos = kernels.map((spec) => kernelOf(spec, location));
  const structs = infos.flatMap(({ handlers, outputs, state }) => [
    ...[...handlers, ...outputs].map(({ message }) => message),
    ...(state === undefined ? [] : [state]),
  ]);
  const byName = new Map(structs.map((struct) => [struct.name, struct]));
  return {
    file,
    kernels: infos,
    structs: [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    functions: [],
    symbols: [],
    threads: infos.every(({ block, grid }) => dimTotal(grid) === 1 && (block === 'any' || dimTotal(block) === 1))
      ? 'one'
      : 'many',
  };
}

function kernelOf(
  { handles = [], outputs = {}, block = 1, grid = 1, ...rest }: KernelSpec,
  location: SourceLocation,
): KernelInfo {
  return {
    ...rest,
    block: block === 'any' ? block : dim3Of(block),
    grid: dim3Of(grid),
    location,
    handlers: handles.map((message) => ({ message, location })),
    outputs: Object.entries(outputs).map(([name, message], index) => ({ name, index, message, location })),
  };
}
