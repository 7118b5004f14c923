import { describeMachine } from '../main/cli/verify-cuda/machine.ts';
import { machineLines } from '../main/cli/verify-cuda/report-table.ts';
import { cudaFindings } from '../main/host/cuda-findings.ts';
import { checkCuda } from '../main/host/cuda-status.ts';

/**
 * What figures of a GPU are taken on, and whether they mean anything.
 *
 * @throws StudioError `DeviceNotAvailable`
 */
export async function cudaMachine(
  gpu: number,
): Promise<{ readonly lines: readonly string[]; readonly isStandIn: boolean }> {
  await checkCuda(gpu);
  const machine = await describeMachine(await cudaFindings(), gpu);
  return { lines: machineLines(machine), isStandIn: machine.driver.isStandIn };
}
