import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

import { compileCache } from './scripts/compile-cache.mjs';
import { SlowestFirst } from './scripts/vitest-sequencer.mjs';

export default defineConfig({
  // Node 20 has no `using` syntax.
  oxc: { target: 'node20' },
  test: {
    globalSetup: ['scripts/vitest-setup.mjs'],
    // Most of a test's work is done by others: a compiler, a worker, a command. One file at a time leaves cores idle.
    maxWorkers: 2,
    // Generous: a first compile competes with everything else for two cores.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A real driver makes device nodes when root loads it, and has other answers on every machine: tests name their own.
    env: {
      // Shared by all tests and kept between runs, so that each kernel compiles once. The flows begin with a copy.
      RINGSTUDIO_CACHE_DIR: join(import.meta.dirname, compileCache),
      RINGSTUDIO_CUDA_LIBRARY: 'no-driver-in-tests',
      RINGSTUDIO_NVRTC_LIBRARY: 'no-nvrtc-in-tests',
      RINGSTUDIO_NVML_LIBRARY: 'no-nvml-in-tests',
    },
    sequence: { sequencer: SlowestFirst },
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          // A process per file: tests start workers, and some kill them.
          name: 'processes',
          pool: 'forks',
          include: ['{main,kernels,native,scripts}/**/*.test.{ts,mjs}'],
        },
      },
      {
        extends: true,
        test: {
          // What neither starts nor leaves anything: modules are loaded once for all files.
          name: 'pure',
          pool: 'threads',
          isolate: false,
          include: ['{app,renderer}/**/*.test.ts'],
        },
      },
    ],
  },
});
