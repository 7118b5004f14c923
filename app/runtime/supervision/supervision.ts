import { seededRandom } from '../../base/seeded-random.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { DeviceFault } from '../../device/device.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { Event, type OnListenerError } from '../event.ts';
import type { WorkSource } from '../work-sources.ts';
import { restartInstances, type RestartSurroundings } from './restart-step.ts';
import { SupervisionTree, type Verdict } from './supervision-tree.ts';
import { supervisorSpec, type RestartedState, type SupervisorOptions } from './supervisor-spec.ts';
import { statusOf, type SupervisionStatus } from './supervision-status.ts';

/** Instances have begun again. */
export interface RestartFact {
  readonly supervisor: string;
  /** Those that had failed, and those that started again with them: `mean#0`. In the order of children. */
  readonly instances: readonly string[];
  /** The one whose failure this answers. */
  readonly failed: string;
  readonly fault: DeviceFault;
}

/** `restart-failed`: there was no memory for it. */
export type EscalationReason = 'too-many-restarts' | 'corrupted' | 'restart-failed';

/** A supervisor gave up on a child. */
export interface EscalationFact {
  readonly supervisor: string;
  /** Who decides now; undefined when the group is being ended. */
  readonly parent: string | undefined;
  readonly instance: string;
  readonly fault: DeviceFault;
  readonly reason: EscalationReason;
}

export interface SupervisionInit extends RestartSurroundings {
  readonly seed: number;
  readonly onListenerError?: OnListenerError | undefined;
  /** One after another with reloads. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A restart that is to come. */
interface Plan {
  readonly supervisor: string;
  /** Without those that have been removed since: their ids may be others' by now. */
  instances: readonly number[];
  readonly state: RestartedState;
  readonly failed: string;
  readonly fault: DeviceFault;
  readonly dueMs: number;
  /** Siblings that ran, and rest until then. */
  readonly resting: Set<number>;
  /** Resolves when these rest. */
  pausing: Promise<unknown>;
  timer: Disposable | undefined;
}

/** How an instance will begin again, as things stand. */
export interface PendingRestart {
  readonly state: RestartedState;
  /** It failed or rests, and will be active. */
  readonly isActivated: boolean;
}

/** Why there is no restart. */
interface Obstacle {
  readonly instance: ActorInstance;
  readonly reason: EscalationReason;
}

/** How long a handler of a group that is being ended may run on. */
const END_TIMEOUT_MS = 1000;

/** Starts failed actors again, as their supervisors say. */
export class Supervision implements WorkSource {
  readonly onDidRestart: Event<RestartFact>;
  readonly onDidEscalate: Event<EscalationFact>;
  /** Restarts carried out, and groups ended. */
  events = 0;
  readonly #init: SupervisionInit;
  readonly #tree: SupervisionTree;
  readonly #plans = new Set<Plan>();
  /** Carried out; siblings that rested are about to go on. */
  readonly #resuming = new Set<Plan>();
  /** Instances whose group has been ended. */
  readonly #ended = new Set<number>();
  readonly #restarts = new Map<number, number>();
  readonly #restartsBy = new Map<string, number>();
  #work = 0;
  #isHalted = false;

  constructor(init: SupervisionInit) {
    this.#init = init;
    this.onDidRestart = new Event(init.onListenerError);
    this.onDidEscalate = new Event(init.onListenerError);
    this.#tree = new SupervisionTree(seededRandom(init.seed, 'supervision'));
  }

  /** No restart is to come, and no group is being ended. */
  get isIdle(): boolean {
    return this.#plans.size === 0 && this.#work === 0;
  }

  /** @throws StudioError `InvalidSupervisor`, `DuplicateSupervisor`, `UnknownChild`, `AlreadySupervised` */
  add(options: SupervisorOptions): void {
    const { directory } = this.#init;
    const spec = supervisorSpec(options);
    if (this.#tree.has(spec.id) || directory.names.includes(spec.id))
      throw new StudioError('DuplicateSupervisor', `'${spec.id}' is a name already.`, { tip: 'Give it another id.' });
    const actors = new Map<string, readonly number[]>();
    for (const [index, child] of spec.children.entries()) {
      this.#checkChild(spec.id, child, spec.children.indexOf(child) !== index);
      if (!this.#tree.has(child))
        actors.set(
          child,
          directory.named(child).instances.map(({ id }) => id),
        );
    }
    this.#tree.add(spec, actors);
    for (const id of [...actors.values()].flat()) {
      const instance = directory.instance(id);
      if (instance !== undefined) instance.isSupervised = true;
    }
  }

  /** The instance has failed just now; its supervisor says what is to happen. */
  failed(instance: ActorInstance, fault: DeviceFault): void {
    if (!instance.isSupervised || this.#tree.parentOf(instance.actorName) === undefined) return;
    if (fault.cause === 'corrupted') {
      this.#endGroup(instance, fault, 'corrupted');
      return;
    }
    if (!instance.awaitsRestart || this.#isHalted) return; // it was to end
    // One that is to start again anyway, with others, waits for that.
    if ([...this.#plans].some(({ instances }) => instances.includes(instance.id))) return;
    const verdict = this.#tree.judge(instance.actorName, instance.id, this.#nowMs);
    if (verdict.kind === 'restart') this.#plan(verdict, instance, fault);
    else this.#end(verdict.instances);
    for (const supervisor of verdict.escalated) this.#tellEscalation(supervisor, instance, fault);
  }

  /** The actor is about to be removed. */
  forget(actor: string, instances: readonly ActorInstance[]): void {
    this.#tree.remove(actor);
    for (const { id } of instances) {
      this.#ended.delete(id);
      this.#restarts.delete(id);
      for (const plan of this.#plans) {
        plan.instances = plan.instances.filter((other) => other !== id);
        plan.resting.delete(id);
      }
    }
  }

  /** Undefined for an instance of which no restart is to come. */
  restartOf({ id, awaitsRestart }: ActorInstance): PendingRestart | undefined {
    const plan = [...this.#plans].find(({ instances }) => instances.includes(id));
    if (plan !== undefined) {
      const isNeeded = this.#current(plan.instances).some(({ state }) => state === 'failed');
      return { state: isNeeded ? plan.state : 'keep', isActivated: awaitsRestart || plan.resting.has(id) };
    }
    const isResting = [...this.#resuming].some(({ resting }) => resting.has(id));
    return isResting ? { state: 'keep', isActivated: true } : undefined;
  }

  /** No restart comes any more. */
  halt(): void {
    this[Symbol.dispose]();
    this.#resuming.clear();
    this.#isHalted = true;
  }

  status(): SupervisionStatus {
    return statusOf({
      tree: this.#tree,
      nowMs: this.#nowMs,
      plans: [...this.#plans],
      ended: this.#ended,
      restarts: this.#restarts,
      restartsBy: this.#restartsBy,
      instances: this.#init.directory.instances,
    });
  }

  /** Nothing more happens. */
  [Symbol.dispose](): void {
    for (const { timer } of this.#plans) timer?.[Symbol.dispose]();
    this.#plans.clear();
  }

  get #nowMs(): number {
    return this.#init.platform.unixMs();
  }

  #checkChild(id: string, child: string, isTwice: boolean): void {
    const parent = isTwice ? id : this.#tree.parentOf(child);
    if (parent !== undefined) {
      const message = `'${child}' is a child of '${parent}' already.`;
      throw new StudioError('AlreadySupervised', message, { tip: 'An actor or a supervisor has one supervisor.' });
    }
    if (this.#tree.has(child) || this.#init.directory.names.includes(child)) return;
    throw new StudioError('UnknownChild', `supervisor '${id}': '${child}' is no actor and no supervisor.`, {
      tip: 'Launch actors and add inner supervisors first.',
    });
  }

  #plan(verdict: Verdict & { readonly kind: 'restart' }, instance: ActorInstance, fault: DeviceFault): void {
    const { supervisor, instances, state, delayMs } = verdict;
    const plan: Plan = {
      supervisor,
      instances,
      state,
      fault,
      failed: instance.label,
      dueMs: this.#nowMs + delayMs,
      resting: new Set(),
      pausing: Promise.resolve(),
      timer: undefined,
    };
    const comprised = [...this.#plans].filter((other) => comprises(plan, other));
    for (const other of comprised) {
      this.#drop(other);
      for (const id of other.resting) plan.resting.add(id);
    }
    this.#plans.add(plan);
    plan.pausing = Promise.all([...comprised.map(({ pausing }) => pausing), this.#rest(plan)]);
    plan.timer = this.#init.platform.after(delayMs, () => {
      void this.#carryOut(plan);
    });
  }

  /** Siblings that start again with it do nothing until then; their queues fill. */
  #rest(plan: Plan): Promise<unknown> {
    const isRunning = ({ state, nextState }: ActorInstance): boolean => state === 'active' && nextState === 'active';
    const siblings = this.#current(plan.instances).filter(isRunning);
    for (const { id } of siblings) plan.resting.add(id);
    return Promise.allSettled(siblings.map((sibling) => sibling.deactivate()));
  }

  async #carryOut(plan: Plan): Promise<void> {
    const { lifetime, inTurn } = this.#init;
    this.#work++;
    try {
      await lifetime.race(plan.pausing);
      const obstacle = await inTurn(() => this.#restart(plan));
      if (obstacle === undefined) await this.#resume(plan);
      else this.#endGroup(obstacle.instance, plan.fault, obstacle.reason);
    } catch (error) {
      if (!lifetime.isOver) throw error;
    } finally {
      this.#plans.delete(plan);
      this.#resuming.delete(plan);
      this.#work--;
    }
  }

  /** Gives what stands in the way, if anything does. */
  async #restart(plan: Plan): Promise<Obstacle | undefined> {
    const instances = (): readonly ActorInstance[] => {
      if (!this.#plans.has(plan)) return []; // another plan comprises it, or the group has ended
      const all = this.#current(plan.instances).filter(
        ({ state }) => state !== 'terminating' && state !== 'terminated',
      );
      return all.some(({ state }) => state === 'failed') ? all : []; // ended, or started afresh by a reload
    };
    const told = { isTold: false };
    const onDone = (done: readonly ActorInstance[]): void => {
      told.isTold = true;
      this.#plans.delete(plan); // who fails from now on fails anew
      this.#resuming.add(plan);
      this.#note(plan, done);
    };
    const obstacle = await this.#attempt(plan, { instances, state: plan.state, onDone });
    const { supervisor, failed, fault } = plan;
    const labels = this.#current(plan.instances).map(({ label }) => label);
    if (told.isTold) this.onDidRestart.fire({ supervisor, failed, fault, instances: labels });
    return obstacle;
  }

  async #attempt(plan: Plan, restart: Parameters<typeof restartInstances>[0]): Promise<Obstacle | undefined> {
    try {
      const outcome = await restartInstances(restart, this.#init);
      return outcome.kind === 'corrupted' ? { instance: outcome.instance, reason: 'corrupted' } : undefined;
    } catch (error) {
      const [instance] = this.#current(plan.instances);
      if (!(error instanceof StudioError) || this.#init.lifetime.isOver || instance === undefined) throw error;
      return { instance, reason: 'restart-failed' };
    }
  }

  #note({ supervisor }: Plan, done: readonly ActorInstance[]): void {
    this.events++;
    this.#restartsBy.set(supervisor, (this.#restartsBy.get(supervisor) ?? 0) + 1);
    for (const { id } of done) this.#restarts.set(id, (this.#restarts.get(id) ?? 0) + 1);
  }

  /** Siblings that rested go on; or a plan that comprises this one has them go on. */
  async #resume(plan: Plan): Promise<void> {
    this.#plans.delete(plan);
    if (this.#isHalted) return;
    const outer = [...this.#plans].find((other) => comprises(other, plan));
    if (outer !== undefined) {
      for (const id of plan.resting) outer.resting.add(id);
      return;
    }
    const resting = this.#current([...plan.resting]).filter(({ state }) => state === 'deactivated');
    await Promise.allSettled(resting.map((instance) => instance.activate()));
  }

  #drop(plan: Plan): void {
    plan.timer?.[Symbol.dispose]();
    this.#plans.delete(plan);
  }

  #endGroup(instance: ActorInstance, fault: DeviceFault, reason: EscalationReason): void {
    const { supervisor, instances } = this.#tree.groupOf(instance.actorName);
    this.#end(instances);
    this.onDidEscalate.fire({ supervisor, parent: undefined, instance: instance.label, fault, reason });
  }

  /** Ends these for good, in the order given. Nobody supervises them any more. */
  #end(instances: readonly number[]): void {
    for (const plan of this.#plans) if (plan.instances.some((id) => instances.includes(id))) this.#drop(plan);
    this.events++;
    const all = this.#current(instances);
    for (const instance of all) {
      this.#ended.add(instance.id);
      instance.isSupervised = false;
      instance.giveUp();
    }
    void this.#terminateAll(all.filter(({ acceptsMessages }) => acceptsMessages));
  }

  async #terminateAll(instances: readonly ActorInstance[]): Promise<void> {
    this.#work++;
    try {
      for (const instance of instances) await this.#terminate(instance);
    } catch {
      // The runtime is being disposed of, which ends them all.
    } finally {
      this.#work--;
    }
  }

  async #terminate(instance: ActorInstance): Promise<void> {
    using _timer = this.#init.platform.after(END_TIMEOUT_MS, () => {
      instance.interrupt();
    });
    await instance.terminate();
  }

  #tellEscalation(supervisor: string, { label }: ActorInstance, fault: DeviceFault): void {
    const parent = this.#tree.parentOf(supervisor);
    this.onDidEscalate.fire({ supervisor, parent, instance: label, fault, reason: 'too-many-restarts' });
  }

  /** Those that are there: an id may be of one that a reload has put in the place. */
  #current(ids: readonly number[]): readonly ActorInstance[] {
    return ids.flatMap((id) => this.#init.directory.instance(id) ?? []);
  }
}

function comprises(outer: Plan, inner: Plan): boolean {
  return inner.instances.every((id) => outer.instances.includes(id));
}
