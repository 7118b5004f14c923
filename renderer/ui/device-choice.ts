import type { CudaStatus } from '../../app/contract/project.ts';

/** Where something runs. `gpu` is the number that the driver gives it. */
export type DeviceChoice = { readonly device: 'cpu' } | { readonly device: 'cuda'; readonly gpu: number };

export function deviceLabel(choice: DeviceChoice, cuda: CudaStatus | undefined): string {
  if (choice.device === 'cpu') return 'CPU (simulated)';
  if (cuda?.isAvailable === false) return `CUDA: ${cuda.summary}`;
  const list = cuda?.devices.found === true ? cuda.devices.list : [];
  const number = list.length > 1 || choice.gpu > 0 ? ` ${choice.gpu}` : '';
  const found = list[choice.gpu];
  return `CUDA${number}${found === undefined ? '' : `: ${found.name ?? 'name unknown'}`}`;
}

/** All that there is to choose from. */
export function devicesHere(cuda: CudaStatus | undefined): readonly DeviceChoice[] {
  const gpus = cuda?.isAvailable === true && cuda.devices.found ? cuda.devices.list : [];
  return [{ device: 'cpu' }, ...gpus.map((_, gpu) => ({ device: 'cuda', gpu }) as const)];
}
