import { ACTOR, HISTOGRAM_BUCKETS } from '../abi/arena-layout.ts';

/** Puts a latency, in units of the hybrid clock (2^22 a ms), into the actor's histogram and telemetry block. */
export function noteLatency(view: DataView, actor: number, ticks: bigint): void {
  const ns = ticks > 0n ? (ticks * 15_625n) >> 16n : 0n;
  update(view, view.getUint32(actor + ACTOR.histogram, true) + bucketOf(ns) * 8, (count) => count + 1n);
  update(view, actor + ACTOR.statsTotalLatencyNs, (total) => total + ns);
  update(view, actor + ACTOR.statsMaxLatencyNs, (max) => (ns > max ? ns : max));
  update(view, actor + ACTOR.statsMinLatencyNs, (min) => (ns < min ? ns : min));
}

function update(view: DataView, address: number, change: (value: bigint) => bigint): void {
  view.setBigUint64(address, change(view.getBigUint64(address, true)), true);
}

/** 16 steps an octave, exact below 16 ns. */
function bucketOf(ns: bigint): number {
  if (ns < 16n) return Number(ns);
  const octave = ns.toString(2).length - 1;
  const step = Number((ns >> BigInt(octave - 4)) & 15n);
  return Math.min((octave - 3) * 16 + step, HISTOGRAM_BUCKETS - 1);
}
