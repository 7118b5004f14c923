import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';
import type {
  ActorCare,
  ActorFault,
  ActorRunState,
  HostRunState,
  LostRun,
  RunPhase,
  RunState,
} from '../../../app/contract/run.ts';
import type { DeviceKind } from '../../../app/device/device.ts';
import { actorSettings } from '../../../app/model/topology/topology.ts';
import type { ActorFailure } from '../../../app/runtime/runtime.ts';
import { equalDims } from '../../../app/model/dim3.ts';
import type { LaunchSize } from '../../../app/model/launch-size.ts';
import { careOf } from './actor-care.ts';
import { hostStates, plannedHosts } from './host-view.ts';
import type { FoundRun } from './journal/lost-run.ts';
import type { LiveRun } from './live-run.ts';
import type { RunPlan } from './run-plan.ts';

interface Core {
  readonly runId: number;
  readonly key?: string;
  readonly phase: RunPhase;
  readonly startedAtMs?: number;
  readonly device: { readonly kind: DeviceKind; readonly description: string };
  readonly problems: readonly Problem[];
  readonly isOutdated: boolean;
}

/** A thousand actors that fail together are told in few events: each holds all actors. */
const TELL_WITHIN_MS = 34;

/** The run as windows see it: put together from what happens, published whenever something of it has changed. */
export class RunView {
  readonly #publish: (run: RunState) => void;
  #core: Core = {
    runId: 0,
    phase: 'idle',
    device: { kind: 'cpu', description: 'CPU' },
    problems: [],
    isOutdated: false,
  };
  #actors: readonly ActorRunState[] = [];
  #hosts: readonly HostRunState[] | undefined;
  #channels: RunState['channels'] = [];
  #lost: LostRun | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(publish: (run: RunState) => void) {
    this.#publish = publish;
  }

  get state(): RunState {
    const lost = this.#lost === undefined ? {} : { lost: this.#lost };
    const hosts = this.#hosts === undefined ? {} : { hosts: this.#hosts };
    return { ...this.#core, actors: this.#actors, ...hosts, channels: this.#channels, ...lost };
  }

  update(change: Partial<Core>): void {
    this.#core = { ...this.#core, ...change };
    this.#tell();
  }

  /** An earlier host died while it ran: its actors have ended with it. */
  restore({ lost, head }: FoundRun): void {
    this.#lost = lost;
    if (head === undefined) return;
    const { runId, key, startedAtMs, device } = head;
    this.#core = { ...this.#core, runId, key, startedAtMs, device };
    const sinceMs = lost.lastSignAtMs ?? lost.foundAtMs;
    this.#actors = head.actors.map((actor) => ({ ...actor, state: 'terminated', sinceMs }));
    this.#channels = head.channels;
  }

  /** Somebody has read what was lost, or a run begins. */
  forgetLost(): void {
    if (this.#lost === undefined) return;
    this.#lost = undefined;
    this.#tell();
  }

  /** A run of this plan begins. */
  begin(plan: RunPlan, revisionOf: (source: string) => number): void {
    const sinceMs = Date.now();
    this.#actors = plan.topology.actors.map((actor) => {
      const { instances, capacity } = actorSettings(actor);
      const { id, kernel, source } = actor;
      return { id, kernel, source, instances, capacity, state: 'created', sinceMs, revision: revisionOf(source) };
    });
    this.#hosts = plannedHosts(plan.topology, sinceMs);
    this.#channels = (plan.topology.channels ?? []).map(({ from, to }) => ({ from, to }));
  }

  /** Looks at the states of all actors. */
  refresh({ actors, hosts, runtime }: LiveRun): void {
    const sinceMs = Date.now();
    const care = careOf(runtime);
    const next = this.#actors.map((last): ActorRunState => {
      const live = actors.get(last.id);
      const actor = withSize(withCare(last, care.get(last.id) ?? {}), live?.size);
      const state = live?.state ?? 'terminated';
      if (state === actor.state) return actor;
      if (state === 'failed') return { ...actor, state, sinceMs };
      const { fault: _, ...healthy } = actor;
      return { ...healthy, state, sinceMs };
    });
    const nextHosts = this.#hosts && hostStates(this.#hosts, hosts, sinceMs);
    if (nextHosts === this.#hosts && next.every((actor, index) => actor === this.#actors[index])) return;
    this.#actors = next;
    this.#hosts = nextHosts;
    this.#tell();
  }

  /** An instance has failed; where, is found out later, for the fault that this gives. */
  failed({ actor, instance, fault }: ActorFailure): ActorFault {
    const { cause, detail } = fault;
    const atMs = Date.now();
    const known: ActorFault = { instance: instance.index, cause, detail, atMs };
    this.#change(actor.name, { state: 'failed', sinceMs: atMs, fault: known });
    return known;
  }

  located(actor: string, fault: ActorFault, location: SourceLocation): void {
    const isCurrent = this.#actors.some((other) => other.id === actor && other.fault === fault);
    if (isCurrent) this.#change(actor, { fault: { ...fault, location } });
  }

  /** The actors run other code. */
  revised(ids: readonly string[], revision: number): void {
    this.#actors = this.#actors.map((actor) => (ids.includes(actor.id) ? { ...actor, revision } : actor));
    this.#tell();
  }

  /** The runtime is gone: what had not failed has ended. */
  ended(): void {
    const sinceMs = Date.now();
    this.#actors = this.#actors.map(({ health: _, ...actor }) =>
      actor.state === 'failed' || actor.state === 'terminated' ? actor : { ...actor, state: 'terminated', sinceMs },
    );
    this.#hosts = this.#hosts?.map((host) =>
      host.state === 'failed' || host.state === 'stopped' ? host : { ...host, state: 'stopped', sinceMs },
    );
  }

  #change(id: string, change: Partial<ActorRunState> & { readonly fault?: ActorFault }): void {
    this.#actors = this.#actors.map((actor) => (actor.id === id ? { ...actor, ...change } : actor));
    this.#timer ??= setTimeout(() => this.#tell(), TELL_WITHIN_MS);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publish(this.state);
  }
}

/** The same object when nothing has changed. */
function withCare(actor: ActorRunState, care: ActorCare): ActorRunState {
  const { supervision, health, ...rest } = actor;
  if (JSON.stringify([supervision, health]) === JSON.stringify([care.supervision, care.health])) return actor;
  return { ...rest, ...care };
}

function withSize(actor: ActorRunState, size: LaunchSize | undefined): ActorRunState {
  if (size === undefined) return actor;
  const { block, grid } = size;
  const known = actor.size;
  if (known !== undefined && equalDims(known.block, block) && equalDims(known.grid, grid)) return actor;
  return { ...actor, size: { block, grid } };
}
