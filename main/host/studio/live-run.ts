import { encodeJsonArrays } from '../../../app/model/codec/json-encode.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { findRecipient } from '../../../app/model/topology/find-recipient.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { ActorInstance } from '../../../app/runtime/actor-instance.ts';
import type { HostActor } from '../../../app/runtime/host-actors/host-actor.ts';
import { launchTopology, type LaunchedTopology } from '../../../app/runtime/launch-topology.ts';
import type { ActorState } from '../../../app/runtime/lifecycle.ts';
import type { ReceiveQueue } from '../../../app/runtime/receive-queue.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import type { StudioRuntime } from '../create-runtime.ts';
import { projectHostFiles } from '../host-files/project-files.ts';
import type { CompileRecord } from './compile-queue.ts';
import type { RunRecorder } from './journal/run-recorder.ts';
import type { RunPlan, SourceVersion } from './run-plan.ts';

export interface LiveRunInit {
  readonly runtime: StudioRuntime;
  readonly plan: RunPlan;
  readonly programs: ReadonlyMap<string, Program>;
  readonly outputs: ReceiveQueue;
  /** The last compile of each source. */
  readonly records: Map<string, CompileRecord>;
  /** Revisions by source. */
  readonly revisions: ReadonlyMap<string, number>;
  /** Begins to write down what becomes of the messages. */
  readonly record: (actors: readonly Actor[]) => RunRecorder;
}

/** What the actors of one source run. */
export interface RunningSource {
  readonly program: Program;
  readonly version: SourceVersion;
  readonly revision: number;
}

/** A topology that runs. */
export class LiveRun {
  readonly runtime: StudioRuntime;
  readonly plan: RunPlan;
  /** By id, in the order of the topology. */
  readonly actors: ReadonlyMap<string, Actor>;
  /** By id, in the order of the topology. */
  readonly hosts: ReadonlyMap<string, HostActor>;
  /** The last compile of each source, whatever came of it. */
  readonly records: Map<string, CompileRecord>;
  readonly recorder: RunRecorder;
  readonly #sources: Map<string, RunningSource>;

  private constructor(
    { runtime, plan, programs, records, revisions, record }: LiveRunInit,
    { actors, hosts }: LaunchedTopology,
  ) {
    this.runtime = runtime;
    this.plan = plan;
    this.actors = actors;
    this.hosts = hosts;
    this.records = records;
    this.recorder = record([...actors.values()]);
    this.#sources = new Map(
      [...programs].map(([path, program]) => [
        path,
        { program, version: plan.sources.get(path)!, revision: revisions.get(path) ?? 0 },
      ]),
    );
  }

  /** By path. */
  get sources(): ReadonlyMap<string, RunningSource> {
    return this.#sources;
  }

  static async launch(init: LiveRunInit): Promise<LiveRun> {
    const { runtime, plan, programs, outputs } = init;
    const { topology, checkpoint } = plan;
    const beforeActivation = async (): Promise<ReadonlySet<string>> => {
      if (checkpoint === undefined) return new Set();
      const { states } = await runtime.restore(checkpoint.bytes, checkpoint.options);
      const ended = [...states].filter(([, state]) => state === 'failed' || state === 'terminated');
      return new Set(ended.map(([label]) => label));
    };
    const files = projectHostFiles(plan.dir);
    return new LiveRun(init, await launchTopology(runtime, { topology, programs, outputs, files, beforeActivation }));
  }

  /** Actors of the source that live, or have failed. */
  actorsOf(source: string): readonly Actor[] {
    const ids = this.plan.topology.actors.filter((actor) => actor.source === source).map(({ id }) => id);
    const actors = ids.flatMap((id) => this.actors.get(id) ?? []);
    return actors.filter(({ state }) => state !== 'terminated' && state !== 'terminating');
  }

  /** The actors of the source run something else from now on. */
  revise(source: string, running: RunningSource): void {
    this.#sources.set(source, running);
  }

  /** Texts of the version of `path`, or of the sources that include it, that actors run. */
  runningText(path: string): string | undefined {
    const versions = [this.#sources.get(path), ...this.#sources.values()].map((source) => source?.version.texts);
    return versions.find((texts) => texts?.has(path) === true)?.get(path);
  }

  /** Every actor that is active keeps its state and its queues, and does nothing. */
  async pause(): Promise<void> {
    for (const host of this.hosts.values()) if (host.state === 'active') host.pause();
    await this.#each('active', (instance) => instance.deactivate());
  }

  async resume(): Promise<void> {
    await this.#each('deactivated', (instance) => instance.activate());
    for (const host of this.hosts.values()) if (host.state === 'paused') host.resume();
  }

  /** Sends the messages that the topology brings along, unless it goes on from a checkpoint; gives how many. What does not fit any more is passed over. */
  async inject(signal: AbortSignal): Promise<number> {
    const { topology, checkpoint } = this.plan;
    if (checkpoint !== undefined) return 0; // they were sent before it was taken
    const programs = new Map<string, ProgramInfo>(
      [...this.#sources].map(([path, { program }]) => [path, program.image.info]),
    );
    let sent = 0;
    for (const { to, type, message } of topology.inject ?? []) {
      const found = findRecipient({ topology, programs }, { to, type });
      if (!('recipient' in found)) continue;
      const { actor, instance, message: struct } = found.recipient;
      if (encodeJsonArrays(struct, message, { bytes: new Uint8Array(struct.sizeBytes), inline: [] }).length > 0)
        continue;
      const options = { type: struct.name, signal, ...(instance !== undefined && { instance }) };
      await this.actors.get(actor.id)?.sendJson(message, options);
      this.recorder.note();
      sent++;
    }
    return sent;
  }

  async #each(state: ActorState, move: (instance: ActorInstance) => Promise<void>): Promise<void> {
    const instances = [...this.actors.values()].flatMap((actor) => actor.instances);
    // One that fails or ends in this very moment has nothing to be paused.
    await Promise.allSettled(instances.filter((instance) => instance.state === state).map(move));
  }
}
