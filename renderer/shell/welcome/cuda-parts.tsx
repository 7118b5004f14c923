import type { ReactElement } from 'react';

import type { CudaDeviceInfo, CudaFindings } from '../../../app/contract/cuda-findings.ts';
import type { CudaStatus } from '../../../app/contract/project.ts';
import { formatBytes } from '../../ui/format.ts';
import styles from './welcome.module.css';

/** What was found of NVIDIA's software and devices; for what was not, the exact reason, unless `cuda.reason` has it. */
export function CudaParts({ cuda }: { readonly cuda: CudaStatus }): ReactElement | null {
  const { addon, driver, devices, nvrtc, nvml } = cuda;
  // Then the reason is all there is to say.
  if (!addon.found) return null;
  const parts = [
    { name: 'Driver', part: driver, text: driverText(cuda) },
    ...(driver.found ? [{ name: 'Devices', part: devices, text: devicesText(cuda) }] : []),
    { name: 'NVRTC', part: nvrtc, text: nvrtcText(cuda) },
    { name: 'NVML', part: nvml, text: nvmlText(cuda) },
  ].filter(({ part }) => part.found || !cuda.reason.includes(part.reason));
  return (
    <dl className={styles['parts']}>
      {parts.map(({ name, text }) => (
        <div key={name} className={styles['row']}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function driverText({ driver }: CudaFindings): string {
  if (!driver.found) return `Not found: ${driver.reason}`;
  const where = driver.isWsl ? ', Windows’ own, under WSL 2' : '';
  return `For CUDA ${driver.cudaVersion ?? '(version unknown)'}${where}: ${driver.path}`;
}

function devicesText({ devices }: CudaFindings): string {
  return devices.found ? devices.list.map(deviceText).join('; ') : `None: ${devices.reason}`;
}

function deviceText(device: CudaDeviceInfo): string {
  const memory = device.memoryBytes === null ? 'memory unknown' : formatBytes(device.memoryBytes);
  return [
    device.name ?? 'Name unknown',
    `compute capability ${device.computeCapability ?? 'unknown'}`,
    memory,
    `${device.multiprocessorCount ?? 'unknown number of'} SMs`,
    ...(device.isIntegrated === true ? ['integrated'] : []),
    ...(device.hasKernelTimeout === true ? ['shares its time with a display'] : []),
  ].join(', ');
}

function nvrtcText({ nvrtc }: CudaFindings): string {
  if (!nvrtc.found) return `Not found: ${nvrtc.reason}`;
  const lack = nvrtc.builtins.found ? '' : `. It compiles nothing without ${nvrtc.builtins.reason}`;
  return `${nvrtc.version ?? 'Version unknown'}: ${nvrtc.path}${lack}`;
}

function nvmlText({ nvml }: CudaFindings): string {
  if (!nvml.found) return `Not found: ${nvml.reason}`;
  return `Driver ${nvml.driverVersion ?? '(version unknown)'}: ${nvml.path}`;
}
