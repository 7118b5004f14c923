import type { Arguments } from './arguments.ts';

export const gpuOption = {
  name: 'gpu',
  value: 'N',
  help: 'Which GPU, as `ringstudio doctor` counts them. Default 0.',
} as const;

export function chosenGpu(args: Arguments): number {
  return args.integer('gpu', { min: 0, max: 1023 }) ?? 0;
}
