import { setTimeout as delay } from 'node:timers/promises';

import type { BenchContext } from './bench-context.ts';
import { BASELINES } from './comparison.ts';
import { timesOf } from './latencies.ts';
import { NACT_DIFFERS, NactEcho } from './nact-actors.ts';
import { PostMessageEcho } from './post-message.ts';
import { percentile, ratio, summarize, type Rounds } from './rounds.ts';
import { compileKernel, openRuntime } from './studio.ts';

export const title = 'latency: request → reply, one at a time, against a round trip of postMessage and of nact';

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

const CONTENDERS = ['request', ...BASELINES] as const;

export async function run({ print, record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime();
  const program = await compileKernel(runtime, 'request');
  const adder = await runtime.launch(program.kernel('adder'));
  await adder.activate();
  await using posting = new PostMessageEcho();
  using nact = new NactEcho();
  print(NACT_DIFFERS);
  const exchanges = {
    request: () => adder.request({ a: 1, b: 2 }),
    postMessage: () => posting.roundTrip({ a: 1, b: 2 }),
    nact: () => nact.roundTrip({ a: 1, b: 2 }),
  } satisfies Record<(typeof CONTENDERS)[number], () => Promise<unknown>>;
  for (const { name, count, pauseMs, goal } of CASES) {
    const measured = { request: [] as number[][], postMessage: [] as number[][], nact: [] as number[][] };
    const pause = pauseMs === 0 ? undefined : () => delay(pauseMs);
    for (let round = 0; round <= ROUNDS; round++)
      for (const contender of CONTENDERS) {
        const times = await timesOf(count, exchanges[contender], pause);
        if (round > 0) measured[contender].push(times);
      }
    for (const [label, share] of SHARES) {
      const own = atShare(measured.request, share);
      record({ name: `${name}: request ${label}`, value: own.median, unit: 'µs', note: own.note });
      for (const baseline of BASELINES) {
        const other = atShare(measured[baseline], share);
        record({ name: `${name}: ${baseline} ${label}`, value: other.median, unit: 'µs', note: other.note });
        const { median, note } = ratio(own, other);
        const goalNote = baseline === 'postMessage' && label === 'p50' ? goal : '';
        record({
          name: `${name}: request / ${baseline} ${label}`,
          value: median,
          unit: '×',
          note: `${note}${goalNote}`,
        });
      }
    }
  }
}

function atShare(rounds: readonly (readonly number[])[], share: number): Rounds {
  return summarize(rounds.map((sorted) => percentile(sorted, share)));
}
