import type { ShownRun } from '../stores/project.store.ts';
import type { LiveTelemetry } from '../stores/telemetry-history.ts';
import { formatMicros, formatRate } from '../ui/format.ts';

/** `4 instances, 482 k/s, p99 11.9 µs`, of the actors that run a kernel; undefined while none does. */
export function liveNote(
  { run, live }: { readonly run: ShownRun; readonly live: Pick<LiveTelemetry, 'actors'> | undefined },
  { kernel, source }: { readonly kernel: string; readonly source: string },
): string | undefined {
  if (run.phase !== 'running' && run.phase !== 'paused') return undefined;
  const actors = run.actors.filter((actor) => actor.kernel === kernel && actor.source === source);
  if (actors.length === 0) return undefined;
  const instances = actors.reduce((sum, actor) => sum + actor.instances, 0);
  let rate = 0;
  let p99Ns: number | undefined;
  for (const { id } of actors) {
    const now = live?.actors.get(id);
    rate += now?.rate ?? 0;
    if (now?.p99Ns !== undefined) p99Ns = Math.max(p99Ns ?? 0, now.p99Ns);
  }
  const parts = [instances === 1 ? '1 instance' : `${instances} instances`];
  parts.push(run.phase === 'paused' ? 'paused' : `${formatRate(rate)}/s`);
  if (p99Ns !== undefined) parts.push(`p99 ${formatMicros(p99Ns)} µs`);
  return parts.join(', ');
}
