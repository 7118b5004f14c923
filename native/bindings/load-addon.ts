import { createRequire } from 'node:module';
import { createCudaNative } from './create-cuda-native.ts';
import type { CudaNative } from './cuda-native.ts';
import { nativeExports } from './native-exports.ts';
import { nvmlSample, type NvmlSample } from './nvml-answers.ts';
import { probeReports, type ProbePart, type ProbeReports } from './probe-report.ts';

/** Required and not imported: bundles leave it alone, as it has to be, and it has no types of its own. */
const require = createRequire(import.meta.url);
const nodeGypBuild = require('node-gyp-build') as {
  /** The addon in the folder's `build/Release` or `prebuilds` that fits this process. Throws when there is none. */
  path(folder: string): string;
};

/** The addon of this package, loaded into this process. */
export interface RingNative {
  /** The file that was loaded. */
  readonly path: string;
  /**
   * Opens the first of `libraries` (paths, or names that the system's loader looks for) that can be opened, and asks it
   * about itself. The library stays in the process, and a bad one can crash it or never return: call this in a process
   * that may be lost.
   */
  probe<Part extends ProbePart>(part: Part, libraries: readonly string[]): ProbeReports[Part];
  /** Figures of GPUs. As with `probe`, for a process that may be lost. */
  readonly nvml: {
    /** Opens NVML and begins with it, where its report has a driver's version or a count of devices. */
    open(libraries: readonly string[]): ProbeReports['nvml'];
    /** All figures of all devices. Throws where NVML has not been opened. */
    sample(): NvmlSample;
  };
  /**
   * Goes on as another program under the same number, with the same standard streams; nothing of this one is left, not even
   * what a driver holds. Not on Windows.
   *
   * @param args the name of the program first
   * @throws Error where that cannot be done
   */
  replaceProcess(file: string, args: readonly string[], env: NodeJS.ProcessEnv): never;
  /** Contexts, memory, launches and compiles. Only in a process that may be lost to a driver. */
  readonly cuda: CudaNative;
}

export type LoadedAddon =
  { readonly ok: true; readonly addon: RingNative } | { readonly ok: false; readonly reason: string };

/** @param nativeDir the folder `native/` of the package, with `build/` or `prebuilds/` in it */
export function loadAddon(nativeDir: string): LoadedAddon {
  let path;
  try {
    path = nodeGypBuild.path(nativeDir);
  } catch {
    return { ok: false, reason: `${nativeDir} holds no build for ${process.platform}-${process.arch}` };
  }
  try {
    const native = nativeExports.parse(require(path));
    return {
      ok: true,
      addon: {
        path,
        // The schema of this part parses the report of this part.
        probe: <Part extends ProbePart>(part: Part, libraries: readonly string[]) =>
          probeReports[part].parse(native.probe(part, libraries)) as ProbeReports[Part],
        nvml: {
          open: (libraries) => probeReports.nvml.parse(native.openNvml(libraries)),
          sample: () => nvmlSample.parse(native.sampleNvml()),
        },
        replaceProcess: (file, args, env) => {
          const environment = Object.entries(env).map(([name, value]) => `${name}=${value ?? ''}`);
          return native.replaceProcess(file, args, environment);
        },
        cuda: createCudaNative(native),
      },
    };
  } catch (error) {
    return { ok: false, reason: `${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}
