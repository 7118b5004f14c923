import { generateSampleUnits } from '../main/testing/nvcc/generated-units.ts';
import { Nvcc } from '../main/testing/nvcc/nvcc.ts';
import type { EntryUsage } from '../main/testing/nvcc/ptxas-report.ts';
import type { BenchContext } from './bench-context.ts';
import { root } from './studio.ts';

export const title = 'registers: what the entries of the samples need on GPUs, by architecture (nvcc)';

/** Each is compiled for each architecture on its own. Nothing runs. */
export async function run({ print, record }: BenchContext): Promise<void> {
  const found = await Nvcc.find(root);
  if (typeof found === 'string') {
    print(`skipped: ${found}`);
    return;
  }
  await using nvcc = found;
  print(`nvcc ${nvcc.release}, sm_${nvcc.architectures.join(', sm_')}; registers a thread, in this order`);
  const units = await generateSampleUnits(root);
  const compiled = units.map(({ text, projectDir }) =>
    nvcc.compile({ text, includes: [projectDir], to: 'machineCode' }),
  );
  for (const [index, unit] of units.entries()) {
    const result = await compiled[index]!;
    if (!result.ok) throw new Error(`${unit.source} does not compile:\n${result.output}`);
    for (const kernel of unit.kernels) {
      const usages = result.entries.filter(({ entry }) => entry === `ring_run_${kernel}`);
      record({ name: kernel, value: largest(usages, 'registers'), unit: 'regs', note: notes(usages) });
    }
  }
}

function largest(
  usages: readonly EntryUsage[],
  key: 'registers' | 'spillBytes' | 'stackBytes' | 'sharedBytes',
): number {
  return Math.max(...usages.map((usage) => usage[key]));
}

function notes(usages: readonly EntryUsage[]): string {
  const registers = usages.map((usage) => usage.registers).join(' ');
  const spilled = usages.map(({ spillBytes }) => spillBytes).join(' ');
  const stack = `stack ≤ ${largest(usages, 'stackBytes')} B, shared ${largest(usages, 'sharedBytes')} B`;
  return `${registers}; spilled ${spilled} B; ${stack}`;
}
