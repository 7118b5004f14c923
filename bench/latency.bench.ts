import { setTimeout as delay } from 'node:timers/promises';

import type { BenchContext } from './bench-context.ts';
import { PostMessageEcho } from './post-message.ts';
import { percentile, ratio, summarize, type Rounds } from './rounds.ts';
import { compileKernel, openRuntime } from './studio.ts';

export const title = 'latency: request → reply, one at a time, against a round trip of postMessage';

const ROUNDS = 7;
const WARM_COUNT = 3000;
const SLEEPING_COUNT = 20;
/** By then the worker and the host's pump sleep. */
const PAUSE_MS = 8;
const SHARES = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

interface Case {
  readonly name: string;
  readonly count: number;
  readonly pauseMs: number;
  readonly goal: string;
}

const CASES: readonly Case[] = [
  { name: 'busy', count: WARM_COUNT, pauseMs: 0, goal: '; goal ≤ 0.3' },
  { name: 'from sleep', count: SLEEPING_COUNT, pauseMs: PAUSE_MS, goal: '' },
];

export async function run({ record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime();
  const program = await compileKernel(runtime, 'request');
  const adder = await runtime.launch(program.kernel('adder'));
  await adder.activate();
  await using posting = new PostMessageEcho();
  const request = (): Promise<unknown> => adder.request({ a: 1, b: 2 });
  const post = (): Promise<unknown> => posting.roundTrip({ a: 1, b: 2 });
  for (const one of CASES) {
    const [own, other]: [number[][], number[][]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const measured = [await times(one, request), await times(one, post)] as const;
      if (round === 0) continue;
      own.push(measured[0]);
      other.push(measured[1]);
    }
    for (const [label, share] of SHARES) {
      const [mine, theirs] = [atShare(own, share), atShare(other, share)];
      record({ name: `${one.name}: request ${label}`, value: mine.median, unit: 'µs', note: mine.note });
      record({ name: `${one.name}: postMessage ${label}`, value: theirs.median, unit: 'µs', note: theirs.note });
      const { median, note } = ratio(mine, theirs);
      const name = `${one.name}: request / postMessage ${label}`;
      record({ name, value: median, unit: '×', note: `${note}${label === 'p50' ? one.goal : ''}` });
    }
  }
}

/** Of one round, in µs, ascending. */
async function times({ count, pauseMs }: Case, exchange: () => Promise<unknown>): Promise<number[]> {
  const list: number[] = [];
  for (let i = 0; i < count; i++) {
    if (pauseMs > 0) await delay(pauseMs);
    const startedAt = performance.now();
    await exchange();
    list.push((performance.now() - startedAt) * 1000);
  }
  return list.sort((a, b) => a - b);
}

function atShare(rounds: readonly (readonly number[])[], share: number): Rounds {
  return summarize(rounds.map((sorted) => percentile(sorted, share)));
}
