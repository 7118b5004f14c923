import { join } from 'node:path';

import { findSamples } from '../../host/find-samples.ts';
import type { Check } from './check.ts';
import { blockChecks } from './checks/blocks.ts';
import { codeChecks } from './checks/code.ts';
import { faultChecks } from './checks/faults.ts';
import { gpuChecks } from './checks/gpus.ts';
import { housekeepingChecks } from './checks/housekeeping.ts';
import { lookChecks } from './checks/looks.ts';
import { memoryChecks } from './checks/memory.ts';
import { messageChecks } from './checks/messages.ts';
import { pacingChecks } from './checks/pacing.ts';
import { sampleChecks } from './checks/samples.ts';

/** All checks, in the order in which they run: what the others stand on comes first. */
export async function listChecks(root: string): Promise<readonly Check[]> {
  const samples = await findSamples(join(root, 'kernels', 'samples'));
  return [
    ...memoryChecks,
    ...lookChecks,
    ...messageChecks,
    ...housekeepingChecks,
    ...codeChecks,
    ...blockChecks,
    ...pacingChecks,
    ...gpuChecks,
    ...sampleChecks(samples),
    ...faultChecks,
  ];
}
