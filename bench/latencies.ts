import { percentile } from './rounds.ts';

/** Exchanges one at a time: how long each took, in µs, ascending. `pause` comes before each and is not timed. */
export async function timesOf(
  count: number,
  exchange: () => Promise<unknown>,
  pause?: () => Promise<void>,
): Promise<number[]> {
  const list: number[] = [];
  for (let i = 0; i < count; i++) {
    if (pause !== undefined) await pause();
    const startedAt = performance.now();
    await exchange();
    list.push((performance.now() - startedAt) * 1000);
  }
  return list.sort((a, b) => a - b);
}

/** In µs. */
export async function medianTime(count: number, exchange: () => Promise<unknown>): Promise<number> {
  return percentile(await timesOf(count, exchange), 0.5);
}
