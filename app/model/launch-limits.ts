import { gridLimits, type DimLimits } from './dim3.ts';

/** CUDA's limits of a launch's grid; all blocks together are counted in 32 bits. */
export const launchGridLimits: DimLimits = { ...gridLimits, total: 2 ** 30, owner: 'a launch has' };

export const defaultLaunchLimitMs = 2000;
/** What timers take. */
export const maxLaunchLimitMs = 2 ** 31 - 1;
