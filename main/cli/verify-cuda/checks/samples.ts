import { join } from 'node:path';

import { compareOutcomes } from '../../../../app/model/comparison/compare-outcomes.ts';
import { differenceLine } from '../../../../app/model/comparison/comparison-report.ts';
import type { RunOutcome } from '../../../../app/model/comparison/run-outcome.ts';
import { Tolerances } from '../../../../app/model/comparison/tolerance.ts';
import type { Program } from '../../../../app/runtime/runtime.ts';
import { addressed, MessageAddresser } from '../../../host/batch/message-sender.ts';
import { ownMessages, type OutgoingMessage } from '../../../host/batch/outgoing-message.ts';
import { recordBatch } from '../../../host/batch/recorded-batch.ts';
import type { StudioRuntime } from '../../../host/create-runtime.ts';
import type { Sample } from '../../../host/find-samples.ts';
import { projectHostFiles } from '../../../host/host-files/project-files.ts';
import { readOnlyFiles } from '../../../host/host-files/read-only-files.ts';
import { openTopology, type Project } from '../../project/project.ts';
import { openInput } from '../../run/input-messages.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

/** GPUs fuse multiplications and additions, and have other roots and sines. */
const NEARLY = { absolute: 1e-9, relative: 1e-4 };
/** What a kernel calls so is how long something took: no two runs agree on it. */
const TIME = /_ns\b/;
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
  const { topology } = project;
  const addresser = new MessageAddresser(topology, project.programs);
  const outcome = await recordBatch(runtime, {
    topology,
    programs,
    messages: addressed(messagesOf(sample, project), addresser),
    files: readOnlyFiles(projectHostFiles(sample.folder)),
    signal: new AbortController().signal,
    hasPrints: false,
  });
  return { ...outcome, states: new Map() };
}

async function* messagesOf(sample: Sample, { topology }: Project): AsyncGenerator<OutgoingMessage, void> {
  yield* ownMessages(topology);
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
