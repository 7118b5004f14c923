import { join } from 'node:path';

import type { CudaFindings } from '../../app/contract/cuda-findings.ts';
import { CudaProbe } from '../devices/cuda/cuda-probe.ts';
import { packageRoot } from './package-root.ts';

let probe: CudaProbe | undefined;

/** What there is of NVIDIA's software and devices: looked for when it is first asked, once in the life of the process. */
export function cudaFindings(): Promise<CudaFindings> {
  const root = packageRoot(import.meta.url);
  probe ??= new CudaProbe({
    processPath: join(root, 'dist', 'probe.process.js'),
    nativeDir: join(root, 'native'),
    env: process.env,
  });
  return probe.findings();
}
