import { ACTOR, HEADER, LANE_COUNT, PHASE, RING } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';
import type { ActorDirectory } from '../actor-directory.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { Event, type OnListenerError } from '../event.ts';
import { hlcMs } from '../hybrid-clock.ts';
import type { RuntimePlatform } from '../ports.ts';
import { circlesOf, describeCircle, waitsFor, type Deadlock } from './deadlock.ts';
import { judgeHealth, type HealthLimits, type HealthReason, type HealthState, type Memory } from './judge-health.ts';

export interface HealthOptions extends Partial<HealthLimits> {
  /** Time between two looks. Default 100. */
  readonly sampleMs?: number;
}

export interface ActorHealth {
  /** `mean#0` */
  readonly actor: string;
  readonly state: HealthState;
  readonly reason: HealthReason | undefined;
  /** How long it has not moved although it has something to do; 0 for one that moves. */
  readonly stillMs: number;
  /** For whose room it waits: `host`, or an actor as `mean#0`. */
  readonly blockedBy: string | undefined;
  /** Messages that wait for it. */
  readonly depth: number;
  /** How long the oldest of them has been waiting. */
  readonly queueAgeMs: number;
}

export interface HealthChange {
  readonly from: HealthState;
  readonly to: ActorHealth;
}

interface Patient {
  health: ActorHealth;
  memory: Memory | undefined;
}

interface MonitorInit {
  readonly arena: Arena;
  readonly platform: RuntimePlatform;
  readonly directory: ActorDirectory;
  readonly onListenerError?: OnListenerError | undefined;
}

const DEFAULTS = { sampleMs: 100, slowMs: 250, stuckMs: 1000 };

/** Tells slow from stuck from blocked, by looks at counters that the device keeps anyway. Begins when it is asked to. */
export class HealthMonitor implements Disposable {
  readonly onDidChange: Event<HealthChange>;
  /** Once for each circle, at the second look at which none of its members has moved. */
  readonly onDidDeadlock: Event<Deadlock>;
  readonly #init: MonitorInit;
  #options = DEFAULTS;
  #timer: Disposable | undefined;
  #isEnded = false;
  readonly #patients = new Map<ActorInstance, Patient>();
  /** Circles seen at the last look, with the progress of their members; a Set of those that were told. */
  #circles = new Map<string, number>();
  #told = new Set<string>();

  constructor(init: MonitorInit) {
    this.#init = init;
    this.onDidChange = new Event(init.onListenerError);
    this.onDidDeadlock = new Event(init.onListenerError);
  }

  /** Looks regularly from now on. Again: with other options. */
  start(options: HealthOptions = {}): void {
    this.#options = { ...DEFAULTS, ...options };
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#turn();
  }

  /** As of the latest look. The first call begins to look. */
  states(): readonly ActorHealth[] {
    if (this.#timer === undefined && !this.#isEnded) this.start();
    return this.#init.directory.instances.flatMap((instance) => this.#patients.get(instance)?.health ?? []);
  }

  [Symbol.dispose](): void {
    this.#isEnded = true;
    this.#timer?.[Symbol.dispose]();
  }

  #turn(): void {
    if (this.#isEnded) return;
    this.#timer = this.#init.platform.after(this.#options.sampleMs, () => {
      this.#turn();
    });
    this.#look();
  }

  #look(): void {
    const { arena, directory, platform } = this.#init;
    const atMs = platform.unixMs();
    const { instances } = directory;
    const confirmed = this.#confirm(circlesOf(arena, instances));
    const deadlocked = new Set(confirmed.flat());
    const changes = instances.flatMap((instance) => this.#examine(instance, atMs, deadlocked.has(instance)) ?? []);
    const current = new Set(instances);
    for (const instance of this.#patients.keys()) if (!current.has(instance)) this.#patients.delete(instance);
    for (const change of changes) this.onDidChange.fire(change);
    this.#tell(confirmed);
  }

  /** Those that were there at the look before, and none of whose members has moved since. */
  #confirm(circles: readonly (readonly ActorInstance[])[]): readonly (readonly ActorInstance[])[] {
    const before = this.#circles;
    this.#circles = new Map(
      circles.map((circle) => [keyOf(circle), circle.reduce((sum, one) => sum + progressOf(one), 0)]),
    );
    return circles.filter((circle) => before.get(keyOf(circle)) === this.#circles.get(keyOf(circle)));
  }

  #tell(circles: readonly (readonly ActorInstance[])[]): void {
    const before = this.#told;
    this.#told = new Set(circles.map(keyOf));
    for (const circle of circles) if (!before.has(keyOf(circle))) this.onDidDeadlock.fire(describeCircle(circle));
  }

  #examine(instance: ActorInstance, atMs: number, isDeadlocked: boolean): HealthChange | undefined {
    const { arena, directory } = this.#init;
    const awaited = waitsFor(arena, instance, (id) => directory.instance(id));
    const { depth } = instance;
    const isHandling = instance.word(ACTOR.phase) === PHASE.handling;
    const queueAgeMs = depth === 0 ? 0 : queueAge(arena, instance, atMs);
    const seen = {
      atMs,
      isActive: instance.state === 'active',
      hasWork: depth > 0 || isHandling || instance.outboxDepth > 0,
      isHandling,
      isBlocked: awaited !== undefined,
      isDeadlocked,
      progress: progressOf(instance),
      queueAgeMs,
    };
    const known = this.#patients.get(instance);
    const { judgement, memory } = judgeHealth(seen, known?.memory, this.#options);
    const isWaiting = judgement.state === 'blocked' || judgement.state === 'deadlocked';
    const by = awaited?.kind === 'actor' ? awaited.instance.label : awaited?.kind;
    const health = { actor: instance.label, ...judgement, blockedBy: isWaiting ? by : undefined, depth, queueAgeMs };
    this.#patients.set(instance, { health, memory });
    const from = known?.health.state ?? (seen.isActive ? 'healthy' : 'inactive');
    return from === health.state ? undefined : { from, to: health };
  }
}

/** Changes with every message that it has handled or sent. */
function progressOf(instance: ActorInstance): number {
  return PROGRESS.reduce((sum, word) => sum + instance.word(word), 0);
}

const PROGRESS = [
  ...Array.from({ length: LANE_COUNT }, (_, lane) => ACTOR.cursors + lane * 4),
  ACTOR.sent,
  ACTOR.outboxHead,
  ACTOR.outboxStep,
];

/** By the times in the headers of the messages that come next; a worker may be at them. */
function queueAge({ u32 }: Arena, { memory }: ActorInstance, nowMs: number): number {
  let oldestMs = 0;
  for (const ring of memory.lanes) {
    const head = Atomics.load(u32, (ring + RING.head) >>> 2);
    if (head === Atomics.load(u32, (ring + RING.tail) >>> 2)) continue;
    const slot = memory.slotAt(ring, head);
    const ageMs = nowMs - hlcMs(u32[(slot + HEADER.hlc) >>> 2]!, u32[(slot + HEADER.hlc + 4) >>> 2]!);
    if (ageMs < MAX_AGE_MS) oldestMs = Math.max(oldestMs, ageMs);
  }
  return oldestMs;
}

/** What looks older lies in a slot that is being written. */
const MAX_AGE_MS = 86_400_000;

function keyOf(circle: readonly ActorInstance[]): string {
  return circle.map(({ id }) => id).join();
}
