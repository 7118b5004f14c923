import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A sample of the package. */
export interface Sample {
  readonly name: string;
  readonly folder: string;
  /** What it shows: the first paragraph of its README. */
  readonly intro: string;
  readonly hasInput: boolean;
  /** A run of it leaves files in its folder. */
  readonly writesFiles: boolean;
}

/** From the simplest on; samples that are not named here come after, by name. */
const ORDER = [
  ...['vector_add', 'running_mean', 'word_count', 'pipeline', 'ping_pong', 'saxpy', 'weather_station'],
  ...['reduction', 'scan', 'histogram', 'matrix_multiply', 'pagerank', 'nbody', 'monte_carlo_pi'],
  ...['game_of_life', 'wave_2d', 'streaming_pipeline'],
];

export async function findSamples(samplesDir: string): Promise<readonly Sample[]> {
  const names = await readdir(samplesDir).catch(() => []);
  const samples: Sample[] = [];
  for (const name of names.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))) {
    const folder = join(samplesDir, name);
    if (!(await exists(join(folder, 'topology.ring.json')))) continue;
    const readme = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
    const topology = await readFile(join(folder, 'topology.ring.json'), 'utf8');
    const hasInput = await exists(join(folder, 'input.jsonl'));
    const writesFiles = topology.includes('"host": "sink"');
    samples.push({ name, folder, intro: firstParagraph(readme), hasInput, writesFiles });
  }
  return samples;
}

function rank(name: string): number {
  const index = ORDER.indexOf(name);
  return index === -1 ? ORDER.length : index;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The first lines that are neither a heading nor blank, in one line. */
export function firstParagraph(markdown: string): string {
  const blocks = markdown.split(/\r?\n\s*\r?\n/).map((block) => block.trim());
  const text = blocks.find((block) => block !== '' && !/^(#|```|!\[|\[!|<)/.test(block)) ?? '';
  return text.replace(/\s*\n\s*/g, ' ');
}
