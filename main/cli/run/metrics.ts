import type { HostActor } from '../../../app/runtime/host-actors/host-actor.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { ActorTelemetry, LatencySummary } from '../../../app/runtime/telemetry.ts';
import type { Terminal } from '../terminal.ts';

/** Writes a line for each actor instance, then their sums. */
export function writeMetrics(runtime: RingKernelRuntime, terminal: Terminal, elapsedMs: number): void {
  const all: ActorTelemetry[] = [];
  for (const actor of runtime.actors) {
    const telemetry = actor.telemetry();
    all.push(...telemetry);
    for (const [index, one] of telemetry.entries()) {
      const { processed, dropped, droppedByReason, sent, depth, latencyNs, errorCode } = one;
      const metrics = `${actor.name}#${index}`;
      const line = {
        metrics,
        processed,
        dropped,
        droppedByReason: Object.keys(droppedByReason).length === 0 ? undefined : droppedByReason,
        sent,
        depth,
        latencyNs: whole(latencyNs),
        errorCode: errorCode || undefined,
      };
      terminal.note(JSON.stringify(line));
    }
  }
  for (const host of runtime.hostActors) terminal.note(JSON.stringify(hostMetrics(host)));
  const sum = (pick: (telemetry: ActorTelemetry) => number): number => all.reduce((total, one) => total + pick(one), 0);
  const totals = {
    metrics: 'total',
    processed: sum(({ processed }) => processed),
    dropped: sum(({ dropped }) => dropped),
    sent: sum(({ sent }) => sent),
    depth: sum(({ depth }) => depth),
    actors: all.length,
    elapsedMs: Math.round(elapsedMs * 10) / 10,
  };
  terminal.note(JSON.stringify(totals));
}

/** Counters that say nothing are left out. */
function hostMetrics(host: HostActor): object {
  const { received, processed, failed, depth, sent, refused, own } = host.counters();
  return {
    metrics: host.name,
    host: true,
    ...(host.acceptsMessages && { received, processed, depth }),
    ...(host.outputs.length > 0 && { sent }),
    failed: failed || undefined,
    refused: Object.keys(refused).length === 0 ? undefined : refused,
    ...own,
  };
}

function whole(latency: LatencySummary | undefined): LatencySummary | null {
  return latency === undefined ? null : { ...latency, mean: Math.round(latency.mean) };
}
