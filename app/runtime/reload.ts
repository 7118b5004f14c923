import { didYouMean } from '../base/did-you-mean.ts';
import { StudioError, type Problem } from '../base/studio-error.ts';
import type { ActorPlacement, Device, DeviceKind, ReplacementOutcome } from '../device/device.ts';
import type { Actor } from './actor.ts';
import type { InstanceEvents } from './actor-instance.ts';
import type { ActorDirectory } from './actor-directory.ts';
import { sizeActor } from './actor-size.ts';
import type { Channels } from './channels.ts';
import type { NameService } from './names/name-service.ts';
import type { Lifetime } from './lifetime.ts';
import type { RuntimePlatform } from './ports.ts';
import type { LoadedKernel, Program, Programs } from './programs.ts';
import { channelProblem, lastingObstacles, migrationObstacles, queueObstacles, sizeObstacle } from './reload-check.ts';
import { ReloadStep, type CreateInstance } from './reload-step.ts';
import type { InstanceMigration, MigrateOptions, MigrationForecast } from './state/migration-plan.ts';
import type { Parked } from './state/parked.ts';
import { MigrationStep } from './state/migration-step.ts';

export interface ReloadOptions extends MigrateOptions {
  /** How long to wait for handlers that are running. Default 5,000, which is longer than a handler may take. */
  readonly timeoutMs?: number;
  /**
   * Which actors start afresh, with an initial state and empty queues: those that cannot be kept, or all. Without it one
   * that cannot be kept is an error.
   */
  readonly reset?: 'incompatible' | 'all';
}

export interface ReloadReport {
  /** They went on with their states and their queues. */
  readonly kept: readonly Actor[];
  /** They started afresh. */
  readonly reset: readonly Actor[];
  /** What `migrate` has carried over, and what of it could not be: of each instance that something was changed for. */
  readonly migrations: readonly InstanceMigration[];
  /** Programs that no actor runs any more: `unload` frees their memory. */
  readonly unused: readonly Program[];
}

interface ReloadSurroundings {
  readonly device: Device;
  readonly parked: Parked;
  readonly platform: RuntimePlatform;
  readonly lifetime: Lifetime;
  readonly directory: ActorDirectory;
  readonly names: NameService;
  readonly channels: Channels;
  readonly programs: Programs;
  readonly events: InstanceEvents;
  readonly createInstance: CreateInstance;
  readonly isLeaving: (actor: Actor) => boolean;
}

/** One call of `reload`. */
interface Wish {
  readonly program: Program;
  readonly codes: ReadonlyMap<Actor, LoadedKernel>;
  readonly options: ReloadOptions;
  /** Who starts afresh, as far as it is known. */
  readonly fresh: Set<Actor>;
  /** Of the attempt that is under way. */
  migration: MigrationStep | undefined;
}

const DEFAULT_TIMEOUT_MS = 5000;
const TURN_MS = 1;

/** Swaps the code of live actors, one call after another, each for all its actors or for none. */
export class Reloads {
  readonly #init: ReloadSurroundings;
  #last: Promise<unknown> = Promise.resolve();

  constructor(init: ReloadSurroundings) {
    this.#init = init;
  }

  reload(program: Program, actors: readonly Actor[], options: ReloadOptions): Promise<ReloadReport> {
    return this.inTurn(() => this.#reload(program, [...new Set(actors)], options));
  }

  /** Does something that no reload may come between. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const doing = this.#last.then(work);
    this.#last = doing.catch(() => undefined);
    return doing;
  }

  /** What `reload` with `migrate` would do now; nothing is changed. */
  async plan(program: Program, actors: readonly Actor[], timeoutMs?: number): Promise<MigrationForecast> {
    this.#check(program, actors);
    const codes = codesFor(program, actors);
    return this.#init.parked.run({
      instances: () => actors.flatMap(({ instances }) => instances),
      look: () => this.#forecast(program, codes),
      isExclusive: true,
      what: `the migration to ${program.image.info.file} cannot be planned`,
      timeoutMs,
    });
  }

  #forecast(program: Program, codes: ReadonlyMap<Actor, LoadedKernel>): MigrationForecast | undefined {
    const { device, channels } = this.#init;
    this.#check(program, [...codes.keys()]);
    if ([...codes.keys()].some(({ instances }) => instances.some(({ hasUntoldEnd }) => hasUntoldEnd))) return undefined;
    const kernels = new Map([...codes].map(([actor, { info }]) => [actor, info]));
    const problems: Problem[] = channels.broken(kernels).map(channelProblem);
    const step = new MigrationStep(device.arena, []);
    for (const [actor, code] of codes) {
      problems.push(
        ...sizeObstacle(actor, code, device.kind),
        ...lastingObstacles(actor, code, 'by-name'),
        ...migrationObstacles(device.arena, actor, code),
      );
      problems.push(...step.plan(actor, code));
    }
    return { migrations: step.reports, problems };
  }

  async #reload(program: Program, actors: readonly Actor[], options: ReloadOptions): Promise<ReloadReport> {
    const { device, platform, lifetime, programs, directory } = this.#init;
    const { timeoutMs = DEFAULT_TIMEOUT_MS, reset } = options;
    const deadlineMs = platform.unixMs() + timeoutMs;
    this.#check(program, actors);
    const fresh = new Set(reset === 'all' ? actors : []);
    const wish: Wish = { program, codes: codesFor(program, actors), options, fresh, migration: undefined };
    const former = new Set(actors.map((actor) => actor.program));
    for (;;) {
      this.#judge(wish, () => []);
      const outcome = await this.#attempt(wish, Math.max(deadlineMs - platform.unixMs(), 0));
      if (outcome.kind === 'replaced') break;
      if (outcome.kind === 'held-up' || platform.unixMs() > deadlineMs) throw this.#timeout(outcome, timeoutMs);
      await lifetime.race(device.settled()); // faults that the host has not been told have arrived by then
      device.poll();
      await lifetime.race(new Promise<void>((resolve) => void platform.after(TURN_MS, resolve)));
      this.#check(program, actors);
    }
    const unused = programs.among(former).filter(([used]) => directory.actors.every((actor) => actor.program !== used));
    return {
      kept: actors.filter((actor) => !wish.fresh.has(actor)),
      reset: actors.filter((actor) => wish.fresh.has(actor)),
      migrations: wish.migration?.reports ?? [],
      unused: unused.map(([, loaded]) => loaded),
    };
  }

  async #attempt(wish: Wish, timeoutMs: number): Promise<ReplacementOutcome> {
    const { device, lifetime, channels, directory, names, events, createInstance } = this.#init;
    const surroundings = {
      arena: device.arena,
      device: device.kind,
      channels,
      directory,
      names,
      events,
      createInstance,
    };
    const step = new ReloadStep(wish.codes, wish.fresh, surroundings);
    const migration = this.#prepareMigration(wish, step);
    let finishing: Promise<void> | undefined;
    const swap = (): boolean => {
      if (!this.#isReady(wish)) return false;
      step.swap();
      migration?.apply();
      finishing = Promise.resolve().then(() => {
        step.finish();
      });
      return true;
    };
    try {
      const replacement = { swap, isExclusive: wish.fresh.size > 0 || migration !== undefined, timeoutMs };
      const outcome = await lifetime.race(device.replace(placementsOf(wish.codes, device.kind), replacement));
      await finishing;
      return outcome;
    } finally {
      if (finishing === undefined && !lifetime.isOver) {
        step.abandon();
        migration?.abandon();
      }
    }
  }

  #prepareMigration(wish: Wish, step: ReloadStep): MigrationStep | undefined {
    if (wish.options.migrate === undefined) return undefined;
    try {
      const kept = [...wish.codes].filter(([actor]) => !wish.fresh.has(actor));
      return (wish.migration = new MigrationStep(this.#init.device.arena, kept));
    } catch (error) {
      step.abandon();
      throw error;
    }
  }

  /** Nobody runs the actors: the last look. False to begin again with what was found. */
  #isReady(wish: Wish): boolean {
    const actors = [...wish.codes.keys()];
    this.#check(wish.program, actors);
    if (actors.some(({ instances }) => instances.some(({ hasUntoldEnd }) => hasUntoldEnd))) return false;
    const known = wish.fresh.size;
    const { arena } = this.#init.device;
    const { migration, options } = wish;
    this.#judge(wish, (actor, code) => {
      if (migration === undefined) return queueObstacles(arena, actor, code);
      const losses = migration.plan(actor, code);
      return [...migrationObstacles(arena, actor, code), ...(options.allowLoss === true ? [] : losses)];
    });
    return wish.fresh.size === known;
  }

  /** @throws StudioError `ProgramNotLoaded`, `ActorRemoved` */
  #check(program: Program, actors: readonly Actor[]): void {
    const { lifetime, programs, directory, isLeaving } = this.#init;
    lifetime.check();
    programs.deviceProgram(program);
    const gone = actors.find((actor) => !directory.has(actor) || isLeaving(actor));
    if (gone === undefined) return;
    throw new StudioError('ActorRemoved', `actor '${gone.name}' has been removed.`, { tip: 'Launch it again.' });
  }

  /** Decides who starts afresh. @throws StudioError `IncompatibleReload` */
  #judge(
    { program, codes, options, fresh }: Wish,
    more: (actor: Actor, code: LoadedKernel) => readonly Problem[],
  ): void {
    const kernels = new Map([...codes].map(([actor, { info }]) => [actor, info]));
    const { reset, migrate = 'as-they-are' } = options;
    const problems: Problem[] = this.#init.channels.broken(kernels).map(channelProblem);
    for (const [actor, code] of codes) {
      const ended = actor.instances.find(({ nextState }) => nextState === 'terminating' || nextState === 'terminated');
      if (ended !== undefined) problems.push(hasEnded(ended.label));
      problems.push(...sizeObstacle(actor, code, this.#init.device.kind));
      if (ended !== undefined || fresh.has(actor)) continue;
      const obstacles = [...lastingObstacles(actor, code, migrate), ...more(actor, code)];
      if (obstacles.length === 0) continue;
      if (reset === undefined) problems.push(...obstacles);
      else fresh.add(actor);
    }
    if (problems.length > 0) throw incompatible(program, problems);
  }

  #timeout(outcome: ReplacementOutcome, timeoutMs: number): StudioError {
    const label = outcome.kind === 'held-up' ? this.#init.directory.instance(outcome.actorId)?.label : undefined;
    const who = label === undefined ? 'the device was busy' : `a handler of '${label}' ran on`;
    return new StudioError('ReloadTimeout', `${who} for ${timeoutMs.toString()} ms: the old version goes on.`, {
      tip: 'Reload again, with a longer timeoutMs if the handler needs it.',
    });
  }
}

/** @throws StudioError `IncompatibleReload` */
function codesFor(program: Program, actors: readonly Actor[]): ReadonlyMap<Actor, LoadedKernel> {
  const problems: Problem[] = [];
  const codes = new Map<Actor, LoadedKernel>();
  for (const actor of actors) {
    const { name } = actor.kernel;
    const code = program.kernels.find(({ info }) => info.name === name);
    if (code === undefined) problems.push(kernelGone(actor, program));
    else codes.set(actor, code);
  }
  if (problems.length > 0) throw incompatible(program, problems);
  return codes;
}

function kernelGone({ name, kernel }: Actor, { kernels }: Program): Problem {
  const names = kernels.map(({ info }) => info.name);
  const list = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`;
  const hint = didYouMean(kernel.name, names);
  return {
    severity: 'error',
    code: 'kernel-gone',
    message: `the new version has no kernel '${kernel.name}', which '${name}' runs.`,
    tip: hint === undefined ? list : `${list} ${hint}`,
  };
}

function hasEnded(label: string): Problem {
  return {
    severity: 'error',
    code: 'actor-ended',
    message: `'${label}' has ended.`,
    tip: 'Remove it and launch again.',
  };
}

function incompatible({ image }: Program, problems: readonly Problem[]): StudioError {
  const [first] = problems;
  const rest = problems.length === 1 ? '' : ` (and ${(problems.length - 1).toString()} more)`;
  return new StudioError(
    'IncompatibleReload',
    `the actors cannot go on with the new version of ${image.info.file}: ${first?.message ?? ''}${rest}`,
    { tip: first?.tip ?? '', problems },
  );
}

function placementsOf(codes: ReadonlyMap<Actor, LoadedKernel>, device: DeviceKind): readonly ActorPlacement[] {
  return [...codes].flatMap(([{ instances, sizes }, code]) => {
    const shared = { program: code.program, kernel: code.info.name, ...sizeActor(code, device, sizes) };
    return instances.map(({ id, memory: { address, plan } }) => ({ actorId: id, address, gpu: plan.gpu, ...shared }));
  });
}
