import { StudioError } from '../../base/studio-error.ts';
import { mostDynamicBytes } from '../../device/shared-stride.ts';
import { blockLimits, dimTotal, type Dim3, type DimLimits } from '../../model/dim3.ts';
import { defaultLaunchLimitMs, launchGridLimits, maxLaunchLimitMs } from '../../model/launch-limits.ts';
import type { ProgramImage } from '../../model/program.ts';

/** As CUDA's `dim3`: what is left out is 1. */
export type Dimensions =
  | number
  | readonly [x: number, y?: number, z?: number]
  | { readonly x: number; readonly y?: number; readonly z?: number };

export interface LaunchShape {
  readonly grid: Dim3;
  readonly block: Dim3;
  readonly sharedBytes: number;
  readonly timeLimitMs: number;
}

interface ShapeOptions {
  readonly grid: Dimensions;
  readonly block: Dimensions;
  readonly sharedBytes?: number;
  readonly timeLimitMs?: number;
}

/** @throws StudioError `InvalidLaunch` naming the function, the option and its limits */
export function launchShape(
  functionName: string,
  { grid, block, sharedBytes = 0, timeLimitMs = defaultLaunchLimitMs }: ShapeOptions,
  image: Pick<ProgramImage, 'sharedData'>,
): LaunchShape {
  const shape = {
    grid: dimensions(`'${functionName}': grid`, grid, launchGridLimits),
    block: dimensions(`'${functionName}': block`, block, blockLimits),
  };
  check(`'${functionName}': sharedBytes`, sharedBytes, { min: 0, max: mostDynamicBytes(image) });
  check(`'${functionName}': timeLimitMs`, timeLimitMs, { min: 1, max: maxLaunchLimitMs });
  return { ...shape, sharedBytes, timeLimitMs };
}

function dimensions(what: string, given: Dimensions, { most, total }: DimLimits): Dim3 {
  const { x, y = 1, z = 1 } = spread(what, given);
  check(`${what}.x`, x, { min: 1, max: most[0] });
  check(`${what}.y`, y, { min: 1, max: most[1] });
  check(`${what}.z`, z, { min: 1, max: most[2] });
  const count = dimTotal([x, y, z]);
  if (count <= total) return [x, y, z];
  throw new StudioError('InvalidLaunch', `${what} ${x}×${y}×${z} is ${count}, more than ${total}.`, {
    tip: 'Use a smaller one, and have each thread do several elements.',
  });
}

function spread(what: string, given: Dimensions): { readonly x: number; readonly y?: number; readonly z?: number } {
  if (typeof given === 'number') return { x: given };
  if (isTuple(given)) {
    const [x, y, z] = given;
    return { x, ...(y !== undefined && { y }), ...(z !== undefined && { z }) };
  }
  // Whoever writes JavaScript can leave it out.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- see above
  if (typeof given === 'object' && given !== null) return given;
  throw new StudioError('InvalidLaunch', `${what} is missing.`, { tip: 'For example: { grid: 4, block: [16, 16] }' });
}

function isTuple(given: Dimensions): given is readonly [number, number?, number?] {
  return Array.isArray(given);
}

function check(what: string, value: number, { min, max }: { readonly min: number; readonly max: number }): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new StudioError('InvalidLaunch', `${what} is ${String(value)}.`, {
    tip: `It is a whole number from ${min} to ${max}.`,
  });
}
