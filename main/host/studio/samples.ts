import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../app/base/studio-error.ts';
import type { SampleSummary } from '../../../app/contract/project.ts';
import type { Json } from '../../../app/model/message-type.ts';
import { parseTopology } from '../../../app/model/topology/parse-topology.ts';
import { findSamples } from '../find-samples.ts';

/** What the welcome room shows of the package's samples. */
export async function listSamples(samplesDir: string): Promise<readonly SampleSummary[]> {
  const samples: SampleSummary[] = [];
  for (const { name, folder, intro } of await findSamples(samplesDir)) {
    const text = await readFile(join(folder, 'topology.ring.json'), 'utf8');
    const parsed = parseTopology(text, 'topology.ring.json');
    if (!('document' in parsed)) continue;
    const { document } = parsed;
    const topology = JSON.parse(text) as Json;
    const title = document.name ?? name;
    samples.push({ name, title, description: firstSentence(intro), actorCount: document.actors.length, topology });
  }
  return samples;
}

/**
 * Copies a sample to `target`, all of it or nothing.
 *
 * @throws StudioError `UnknownSample`
 */
export async function copySample(samplesDir: string, name: string, target: string): Promise<void> {
  const names: readonly string[] = await readdir(samplesDir).catch(() => []);
  if (!names.includes(name)) {
    throw new StudioError('UnknownSample', `there is no sample '${name}'.`, { tip: `Samples: ${names.join(', ')}.` });
  }
  const parts = `${target}.copying-${process.pid}`;
  try {
    await mkdir(parts, { recursive: true });
    await cp(join(samplesDir, name), parts, { recursive: true });
    await rename(parts, target);
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}

/** As plain text: code spans lose their backticks. */
function firstSentence(text: string): string {
  return (/^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text).replaceAll('`', '');
}
