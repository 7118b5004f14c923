import { join } from 'node:path';

import { compareOutcomes, differenceLine } from '../../../../app/model/comparison/compare-outcomes.ts';
import type { RunOutcome } from '../../../../app/model/comparison/run-outcome.ts';
import { Tolerances } from '../../../../app/model/comparison/tolerance.ts';
import { OutcomeRecorder } from '../../../../app/runtime/comparison/outcome-recorder.ts';
import { launchTopology } from '../../../../app/runtime/launch-topology.ts';
import { ReceiveQueue } from '../../../../app/runtime/receive-queue.ts';
import type { Program } from '../../../../app/runtime/runtime.ts';
import type { StudioRuntime } from '../../../host/create-runtime.ts';
import type { Sample } from '../../../host/find-samples.ts';
import { projectHostFiles } from '../../../host/host-files/project-files.ts';
import { readOnlyFiles } from '../../compare/read-only-files.ts';
import { openTopology, type Project } from '../../project/project.ts';
import { MessageAddresser, MessageSender } from '../../run/message-sender.ts';
import { openInput, type OutgoingMessage } from '../../run/outgoing-message.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

/** GPUs fuse multiplications and additions, and have other roots and sines. */
const NEARLY = { absolute: 1e-9, relative: 1e-4 };
/** What a kernel calls so is how long something took: no two runs agree on it. */
const TIME = /_ns\b/;
const OUTPUT_QUEUE = 65_536;
const TOPOLOGY = 'topology.ring.json';
const INPUT = 'input.jsonl';

/** A check for each sample: its messages, on both devices. */
export function sampleChecks(samples: readonly Sample[]): readonly Check[] {
  return samples.map((sample) => ({
    name: `sample-${sample.name}`,
    title: `the sample ${sample.name} gives what it gives on the CPU device`,
    advice: `All that differs: ringstudio compare ${compareArguments(sample)}`,
    group: 'samples',
    deadlineMs: 90_000,
    run: (scene) => compareSample(scene, sample),
  }));
}

function compareArguments({ name, hasInput }: Sample): string {
  const folder = `kernels/samples/${name}`;
  return hasInput ? `${folder}/${TOPOLOGY} --input ${folder}/${INPUT}` : `${folder}/${TOPOLOGY}`;
}

async function compareSample(scene: Scene, sample: Sample): Promise<void> {
  const gpu = await runSample(await scene.open(), sample);
  const cpu = await runSample(await scene.openCpu(), sample);
  const { compared, listed } = compareOutcomes([gpu, cpu], { tolerances: new Tolerances([['*', NEARLY]]) });
  const first = listed.find(({ at }) => !TIME.test(at));
  scene.measure('messages compared', compared.messages, 'messages');
  scene.require(compared.messages > 0, 'it gave nothing on both devices');
  const words = first === undefined ? '' : differenceLine(first, ['cuda', 'cpu']);
  scene.require(first === undefined, `the GPU differs from the CPU device: ${words}`);
}

/** What it gives. States are left out: they may depend on the order in which several actors sent. */
async function runSample(runtime: StudioRuntime, sample: Sample): Promise<RunOutcome> {
  const programs = new Map<string, Program>();
  const project = await openTopology({ path: join(sample.folder, TOPOLOGY), cwd: sample.folder }, async (source) => {
    const program = await runtime.compile(source.file, { projectDir: source.projectDir });
    programs.set(source.file, program);
    return program.image.info;
  });
  using recorder = new OutcomeRecorder(runtime, { hasPrints: false });
  const outputs = new ReceiveQueue(OUTPUT_QUEUE);
  const { topology } = project;
  const { actors } = await launchTopology(runtime, {
    ...{ topology, programs, outputs },
    files: readOnlyFiles(projectHostFiles(sample.folder)),
    beforeActivation: () => {
      recorder.watchHosts();
      return Promise.resolve(new Set<string>());
    },
  });
  const read = collect(outputs, recorder);
  const sender = new MessageSender(actors, new AbortController().signal);
  const addresser = new MessageAddresser(topology, project.programs);
  for await (const message of messagesOf(sample, project)) await sender.send(addresser.address(message));
  await runtime.quiet();
  await runtime.stopHostActors();
  outputs.close();
  await read;
  return { ...(await recorder.finish([])), states: new Map() };
}

async function collect(outputs: ReceiveQueue, recorder: OutcomeRecorder): Promise<void> {
  for await (const message of outputs) recorder.add(message);
}

async function* messagesOf(sample: Sample, { topology }: Project): AsyncGenerator<OutgoingMessage, void> {
  for (const [index, injection] of (topology.inject ?? []).entries()) yield { ...injection, place: `inject[${index}]` };
  if (!sample.hasInput) return;
  const path = join(sample.folder, INPUT);
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
