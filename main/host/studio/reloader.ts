import { performance } from 'node:perf_hooks';
import { isOfCompiler, StudioError, type Problem } from '../../../app/base/studio-error.ts';
import type { Revision } from '../../../app/contract/revision.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import type { InstanceMigration, MigrationForecast } from '../../../app/runtime/state/migration-plan.ts';
import { nothingBut } from '../../compile/sources/project-folder.ts';
import { problemsOf, stagesOf, type CompileQueue } from './compile-queue.ts';
import type { LiveRun, RunningSource } from './live-run.ts';
import type { Revisions } from './revisions.ts';
import { readSource, type SourceVersion } from './run-plan.ts';

export interface ReloaderOptions {
  readonly queue: CompileQueue;
  readonly revisions: Revisions;
  /** What runs; undefined when nothing does. */
  readonly live: () => LiveRun | undefined;
  /** Actors run another revision of their source. */
  readonly onRevised: (actors: readonly Actor[], source: string, revision: number) => void;
}

/** The texts of a project at the moment of a save. */
export interface SavedTexts {
  readonly dir: string;
  readonly overlay: ReadonlyMap<string, string>;
  /** Whether the text was written in this studio, or somebody has agreed to run it. */
  readonly isTrusted: (path: string, text: string) => boolean;
}

/** A save that is taken. */
interface Save {
  readonly source: string;
  readonly texts: SavedTexts;
  readonly version: SourceVersion;
  readonly revision: number;
}

/** Brings what is saved to the actors that run it. The last good version runs on wherever that cannot be done. */
export class Reloader {
  readonly #options: ReloaderOptions;
  /** By source: what could not be loaded because layouts changed; a reset takes it. */
  readonly #refused = new Map<string, RunningSource>();
  readonly #saves = new Map<string, number>();
  readonly #work = new Map<string, Promise<void>>();

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /** The run has ended. */
  clear(): void {
    this.#refused.clear();
  }

  /** A source, or a header of it, was saved. Those that a later save overtakes before they are compiled are left out. Never rejects. */
  saved(source: string, texts: SavedTexts): Promise<void> {
    const save = (this.#saves.get(source) ?? 0) + 1;
    this.#saves.set(source, save);
    const isLatest = (): boolean => this.#saves.get(source) === save;
    const work = (this.#work.get(source) ?? Promise.resolve()).then(() => this.#take(source, texts, isLatest));
    this.#work.set(source, work);
    return work;
  }

  /** @throws StudioError `IncompatibleReload`, `ReloadTimeout` */
  async reset(live: LiveRun, actors: readonly Actor[]): Promise<void> {
    for (const [source, running] of live.sources) {
      const members = live.actorsOf(source).filter((actor) => actors.includes(actor));
      if (members.length === 0) continue;
      const next = this.#refused.get(source) ?? running;
      const { unused } = await live.runtime.reload(next.program, members, { reset: 'all' });
      if (next !== running) {
        this.#refused.delete(source);
        this.#revised(live, { source, members, next, status: 'loaded-after-reset' });
      }
      await unload(live, unused);
    }
  }

  /** What `migrate` would do now. */
  async planMigration(live: LiveRun, actors: readonly Actor[]): Promise<MigrationForecast> {
    const forecasts: MigrationForecast[] = [];
    for (const { next, members } of this.#waiting(live, actors))
      forecasts.push(await live.runtime.planMigration(next.program, members));
    return {
      migrations: forecasts.flatMap(({ migrations }) => migrations),
      problems: forecasts.flatMap(({ problems }) => problems),
    };
  }

  /** @throws StudioError `IncompatibleReload`, `ReloadTimeout`, `NothingToMigrate` */
  async migrate(live: LiveRun, actors: readonly Actor[], allowLoss: boolean): Promise<readonly InstanceMigration[]> {
    const all: InstanceMigration[] = [];
    for (const { source, next, members } of this.#waiting(live, actors)) {
      const options = { migrate: 'by-name', allowLoss } as const;
      const { unused, migrations } = await live.runtime.reload(next.program, members, options);
      this.#refused.delete(source);
      this.#revised(live, { source, members, next, status: 'loaded' });
      await unload(live, unused);
      all.push(...migrations);
    }
    return all;
  }

  /** All actors of the sources whose new code could not be loaded as it is, of those that are meant. */
  #waiting(live: LiveRun, actors: readonly Actor[]): readonly Waiting[] {
    const waiting = [...this.#refused].flatMap(([source, next]) => {
      const members = live.actorsOf(source);
      return members.some((actor) => actors.includes(actor)) ? [{ source, next, members }] : [];
    });
    if (waiting.length > 0) return waiting;
    const names = actors.map(({ name }) => name).join(', ');
    throw new StudioError('NothingToMigrate', `no new code waits for ${names}.`, {
      tip: 'Save the source first: only what cannot be loaded as it is waits.',
    });
  }

  async #take(source: string, texts: SavedTexts, isLatest: () => boolean): Promise<void> {
    const { revisions, live: findLive } = this.#options;
    const read = await readSource(texts.dir, source, texts.overlay);
    const version: SourceVersion = read.ok ? read.version : { texts: new Map(), key: '' };
    const running = findLive()?.sources.get(source);
    const isWhereItShould = running === undefined || running.version.key === version.key;
    const before = revisions.latest(source);
    const isKnown = revisions.isLatest(source, version.key) && before?.problems.some(isOfCompiler) !== true;
    if (read.ok && isKnown && isWhereItShould) return;
    const { number: revision } = revisions.begin(source, version.key);
    if (before !== undefined && before.number !== revision && isPending(before)) {
      revisions.update(source, before.number, { status: 'superseded' });
    }
    const live = findLive();
    const save = { source, texts, version, revision };
    try {
      if (!isLatest()) revisions.update(source, revision, { status: 'superseded' });
      else if (!read.ok) revisions.update(source, revision, { status: 'failed', problems: read.problems });
      else if (live?.sources.has(source) !== true) await this.#compile(save);
      else await this.#load(live, save);
    } catch (error) {
      revisions.update(source, revision, { status: 'failed', problems: problemsOf(error, source) });
    }
  }

  /** Nothing runs it: whether it compiles. */
  async #compile({ source, texts: { dir, overlay }, revision }: Save): Promise<void> {
    const { queue, revisions, live } = this.#options;
    const record = await queue.check({ projectDir: dir, file: source, overlay }, new AbortController().signal);
    const { result } = record;
    if (live()?.sources.get(source)?.revision === revision) return; // a start was quicker
    revisions.update(source, revision, {
      status: result.ok ? 'compiled' : 'failed',
      problems: result.ok ? result.warnings : result.problems,
      ...stagesOf(record),
    });
  }

  /** Also where a later save waits already: who saves all the time still sees what he does. */
  async #load(live: LiveRun, { source, texts, version, revision }: Save): Promise<void> {
    const { revisions } = this.#options;
    const update = (change: Partial<Revision>): void => {
      revisions.update(source, revision, change);
    };
    const foreign = [...version.texts].find(([path, text]) => !texts.isTrusted(path, text))?.[0];
    if (foreign !== undefined) {
      update({ status: 'refused', problems: [cameFromOutside(foreign)] });
      return;
    }
    live.records.delete(source);
    // What was found trusted, and nothing that came to the disk since.
    const { dir: projectDir } = texts;
    const overlay = nothingBut(new Map([...version.texts, ...texts.overlay]));
    const program = await live.runtime.compile(source, { projectDir, overlay }).catch((error: unknown) => {
      update({ status: 'failed', problems: problemsOf(error, source), ...stagesOf(live.records.get(source)) });
    });
    if (program === undefined) return;
    await this.#replaceRefused(live, source, undefined);
    await this.#swap(live, { source, next: { program, version, revision } });
  }

  async #swap(
    live: LiveRun,
    { source, next }: { readonly source: string; readonly next: RunningSource },
  ): Promise<void> {
    const { revisions } = this.#options;
    const record = live.records.get(source);
    const members = live.actorsOf(source);
    const startedMs = performance.now();
    try {
      const { unused } = await live.runtime.reload(next.program, members);
      revisions.update(source, next.revision, stagesOf(record, performance.now() - startedMs));
      this.#revised(live, { source, members, next, status: 'loaded' });
      await unload(live, unused);
    } catch (error) {
      if (this.#options.live() !== live) return; // it was stopped meanwhile
      await this.#replaceRefused(live, source, next);
      const problems = problemsOf(error, source);
      revisions.update(source, next.revision, { status: 'refused', problems, ...stagesOf(record) });
    }
  }

  #revised(live: LiveRun, { source, members, next, status }: Revised): void {
    const { revisions, onRevised } = this.#options;
    const former = live.sources.get(source)?.revision;
    live.revise(source, next);
    if (former !== undefined && former !== next.revision) {
      revisions.update(source, former, { status: 'superseded' });
    }
    const result = live.records.get(source)?.result;
    revisions.update(source, next.revision, { status, problems: result?.ok === true ? result.warnings : [] });
    onRevised(members, source, next.revision);
  }

  async #replaceRefused(live: LiveRun, source: string, next: RunningSource | undefined): Promise<void> {
    const refused = this.#refused.get(source);
    if (next === undefined) this.#refused.delete(source);
    else this.#refused.set(source, next);
    if (refused !== undefined) await unload(live, [refused.program]);
  }
}

/** New code that could not be loaded, and whom it is for. */
interface Waiting {
  readonly source: string;
  readonly next: RunningSource;
  readonly members: readonly Actor[];
}

interface Revised {
  readonly source: string;
  readonly members: readonly Actor[];
  readonly next: RunningSource;
  readonly status: 'loaded' | 'loaded-after-reset';
}

/** It neither runs nor has it been replaced. */
function isPending({ status }: Revision): boolean {
  return status === 'compiled' || status === 'failed' || status === 'refused';
}

/** Gives memory back; a run that ends gives everything back. */
async function unload({ runtime }: LiveRun, programs: readonly Program[]): Promise<void> {
  await Promise.allSettled(programs.map((program) => runtime.unload(program)));
}

function cameFromOutside(path: string): Problem {
  return {
    severity: 'error',
    code: 'consent-needed',
    message: `${path} was changed outside of the studio, and nobody has agreed to run it.`,
    tip: 'Stop, and start again: you will be asked.',
    location: { file: path, line: 1 },
  };
}
