import type { CodeFormat } from '../../compile/nvrtc/cuda-target.ts';
import { usageError, type Arguments } from '../command/arguments.ts';
import { precompileSpec } from './precompile-spec.ts';

/** `compute_75,sm_90`. @throws StudioError `InvalidOption` */
export function chosenFormats(args: Arguments): readonly (CodeFormat | 'all')[] {
  const names = (args.text('arch') ?? 'all').split(',').map((name) => name.trim());
  return names.map((name) => (name === 'all' ? name : formatOf(name)));
}

function formatOf(name: string): CodeFormat {
  if (/^compute_\d{2,3}$/.test(name)) return { kind: 'ptx', architecture: name };
  if (/^sm_\d{2,3}$/.test(name)) return { kind: 'cubin', architecture: name };
  const message = `--arch takes compute_75 (PTX), sm_75 (machine code) and the like, or all; not '${name}'.`;
  throw usageError(precompileSpec, 'InvalidOption', message);
}
