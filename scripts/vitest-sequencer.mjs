import { join } from 'node:path';
import { BaseSequencer } from 'vitest/node';

/**
 * What takes longest in a fresh clone, longest first. Vitest goes by size there, and a short file can take minutes: begun
 * last, it has one core wait for the other.
 */
export const slowest = [
  'main/devices/cuda/cuda-device.test.ts',
  'main/cli/verify-cuda/verify-cuda.test.ts',
  'main/devices/cuda/exactly-once.test.ts',
  'kernels/test/documents.test.ts',
  'main/devices/cpu/cpu-device.test.ts',
  'kernels/test/nvcc.test.ts',
  'main/host/studio/hot-reload.test.ts',
  'kernels/test/stand-in.test.ts',
  'main/cli/serve/gpu-loss.test.ts',
  'main/cli/bad-input.test.ts',
  'kernels/test/small-floats.test.ts',
  'main/cli/exec/exec.test.ts',
  'main/cli/run.test.ts',
  'main/compile/limits.test.ts',
  'main/host/studio/project-states.test.ts',
  'main/cli/serve/host-death.test.ts',
  'main/compile/abi-layout.test.ts',
  'main/compile/clang/clang-process.test.ts',
  'main/cli/commands.test.ts',
  'kernels/test/nvidia-samples.test.ts',
  'main/cli/run-checkpoints.test.ts',
  'kernels/test/collectives.test.ts',
  'main/host/studio/project-check.test.ts',
  'main/testing/interleavings/interleavings.test.ts',
  // Of the project that runs last.
  'app/testing/fake-device.test.ts',
];

/** Begins with the files that take longest; those of a project stay together, and the others in Vitest's order. */
export class SlowestFirst extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    const { root } = this.ctx.config;
    const ranks = new Map(slowest.map((path, index) => [join(root, path), index]));
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    /** @param {import('vitest/node').TestSpecification} spec */
    const rankOf = ({ moduleId }) => ranks.get(moduleId) ?? ranks.size;
    return projects.flatMap((project) =>
      sorted.filter((spec) => spec.project === project).toSorted((a, b) => rankOf(a) - rankOf(b)),
    );
  }
}
