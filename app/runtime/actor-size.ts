import { formatBytes } from '../device/arena.ts';
import type { DeviceKind } from '../device/device.ts';
import { mostDynamicBytes, sharedStrideOf } from '../device/shared-stride.ts';
import { blockLimits, dimProblem, dimTotal, gridLimits, mostSharedBytes } from '../model/dim3.ts';
import { blockOf, gridOf, widthProblem, type LaunchSize, type SizeOptions } from '../model/launch-size.ts';
import type { LoadedKernel } from './programs.ts';

/** The size that an actor gets from its own options and its kernel's macros. */
export function sizeActor({ info, program }: LoadedKernel, device: DeviceKind, options: SizeOptions): LaunchSize {
  const { sharedBytes = 0 } = options;
  return {
    block: blockOf(info, device, options.block),
    grid: gridOf(info, options.grid),
    sharedBytes,
    sharedStride: sharedStrideOf(program.image, sharedBytes),
  };
}

/** Shared data of all blocks of one instance, in bytes. */
export function sharedDataBytes({ grid, sharedStride }: LaunchSize): number {
  return dimTotal(grid) * sharedStride;
}

interface Wish {
  /** Of the actor. */
  readonly name: string;
  readonly kernel: LoadedKernel;
  readonly device: DeviceKind;
  readonly options: SizeOptions;
}

interface SizeProblem {
  readonly code: 'InvalidLaunch' | 'BlockNotSupported';
  readonly message: string;
  readonly tip: string;
}

/** Why an actor of the kernel cannot have that size. */
export function sizeProblem({ name, kernel, device, options }: Wish): SizeProblem | undefined {
  const { info, program } = kernel;
  const who = `actor '${name}', kernel '${info.name}'`;
  for (const [key, limits] of [
    ['block', blockLimits],
    ['grid', gridLimits],
  ] as const) {
    const problem = options[key] === undefined ? undefined : dimProblem(options[key], limits);
    if (problem === undefined) continue;
    const tip = `${key} is a number, or up to three: [16, 16].`;
    return { code: 'InvalidLaunch', message: `${who}: ${key} ${JSON.stringify(options[key])}: ${problem}`, tip };
  }
  const size = sizeActor(kernel, device, options);
  const width = widthProblem({ name, program: program.image.info, kernel: info, size, device });
  if (width !== undefined) return { code: 'BlockNotSupported', ...width };
  const shared = sharedProblem(size, kernel);
  if (shared === undefined) return undefined;
  return {
    code: 'InvalidLaunch',
    message: `${who}: ${shared}`,
    tip: `A block has at most ${formatBytes(mostSharedBytes)}.`,
  };
}

function sharedProblem({ sharedBytes }: LaunchSize, { program }: LoadedKernel): string | undefined {
  if (!Number.isInteger(sharedBytes) || sharedBytes < 0)
    return `sharedBytes ${String(sharedBytes)} is no whole number of bytes.`;
  if (sharedBytes <= mostDynamicBytes(program.image)) return undefined;
  const own = formatBytes(program.image.sharedData.staticBytes);
  return `${formatBytes(sharedBytes)} of dynamic shared memory, with ${own} of __shared__ variables, is too much.`;
}
