import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launchTopology } from '../../../../app/runtime/launch-topology.ts';
import { ReceiveQueue } from '../../../../app/runtime/receive-queue.ts';
import type { Program } from '../../../../app/runtime/runtime.ts';
import type { StudioRuntime } from '../../../host/create-runtime.ts';
import type { Sample } from '../../../host/find-samples.ts';
import { projectHostFiles } from '../../../host/host-files/project-files.ts';
import { openTopology, type Project } from '../../project/project.ts';
import { MessageAddresser, MessageSender } from '../../run/message-sender.ts';
import { openInput, type OutgoingMessage } from '../../run/outgoing-message.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';
import { compareOutputs, MOST_RELATIVE, type Outputs } from './compare-outputs.ts';

const OUTPUT_QUEUE = 65_536;
const TOPOLOGY = 'topology.ring.json';

/** A check for each sample: its messages, on both devices. */
export function sampleChecks(samples: readonly Sample[]): readonly Check[] {
  return samples.map((sample) => ({
    name: `sample-${sample.name}`,
    title: `the sample ${sample.name} gives what it gives on the CPU device`,
    advice: `Run it on both devices and compare: ringstudio run kernels/samples/${sample.name}/${TOPOLOGY} --device cuda`,
    group: 'samples',
    deadlineMs: 90_000,
    run: (scene) => compareSample(scene, sample),
  }));
}

async function compareSample(scene: Scene, sample: Sample): Promise<void> {
  const gpu = await runSample(await scene.open(), sample);
  const cpu = await runSample(await scene.openCpu(), sample);
  const { values, furthest, difference } = compareOutputs(gpu, cpu);
  scene.measure('values compared', values, 'values');
  scene.measure('furthest, at most', MOST_RELATIVE, 'relative');
  scene.measure('furthest', furthest, 'relative');
  scene.require(values > 0, 'it gave nothing on both devices');
  scene.require(difference === undefined, `the GPU differs from the CPU device: ${difference ?? ''}`);
}

async function runSample(runtime: StudioRuntime, sample: Sample): Promise<Outputs> {
  const programs = new Map<string, Program>();
  const project = await openTopology({ path: join(sample.folder, TOPOLOGY), cwd: sample.folder }, async (source) => {
    const program = await runtime.compile(source.file, { projectDir: source.projectDir });
    programs.set(source.file, program);
    return program.image.info;
  });
  const folder = await mkdtemp(join(tmpdir(), 'ringstudio-verify-')); // what it writes does not go into the package
  try {
    const outputs = new ReceiveQueue(OUTPUT_QUEUE);
    const { topology } = project;
    const { actors } = await launchTopology(runtime, { topology, programs, outputs, files: projectHostFiles(folder) });
    const lines = collect(outputs);
    const sender = new MessageSender(actors, new AbortController().signal);
    const addresser = new MessageAddresser(topology, project.programs);
    for await (const message of messagesOf(sample, project)) await sender.send(addresser.address(message));
    await runtime.quiet();
    await runtime.stopHostActors();
    outputs.close();
    return { messages: await lines, files: await filesOf(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By output, because actors send beside each other. */
async function collect(outputs: ReceiveQueue): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const lines = new Map<string, unknown[]>();
  for await (const message of outputs) {
    const key = `${message.label}.${message.from.port}`;
    lines.set(key, [...(lines.get(key) ?? []), message.json()]);
  }
  return lines;
}

async function* messagesOf(sample: Sample, { topology }: Project): AsyncGenerator<OutgoingMessage, void> {
  for (const [index, injection] of (topology.inject ?? []).entries()) yield { ...injection, place: `inject[${index}]` };
  if (!sample.hasInput) return;
  const path = join(sample.folder, 'input.jsonl');
  const openStdin = (): never => {
    throw new Error('a sample reads a file');
  };
  using input = await openInput({
    path,
    cwd: sample.folder,
    openStdin,
    addressing: { to: undefined, type: undefined },
  });
  yield* input.messages;
}

async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
