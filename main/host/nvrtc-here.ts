import { join } from 'node:path';
import { librariesHere } from '../devices/cuda/libraries-here.ts';
import { nvrtcForDriver } from '../devices/cuda/library-candidates.ts';
import { IsolatedNvrtc } from '../devices/cuda/nvrtc/isolated-nvrtc.ts';

let shared: { readonly libraries: string; readonly nvrtc: IsolatedNvrtc } | undefined;

/**
 * For all runtimes of this process, one after the other: it stays warm, keeps nobody alive, and ends with this process. One
 * that fits the driver, where its version is given.
 */
export function nvrtcHere(root: string, driverVersion?: number): IsolatedNvrtc {
  const { env } = process;
  const find = (): readonly string[] => nvrtcForDriver(librariesHere(env).nvrtc, driverVersion);
  const libraries = find().join('\n');
  if (shared?.libraries !== libraries) {
    const processPath = join(root, 'dist', 'nvrtc.process.js');
    const nativeDir = join(root, 'native');
    shared = { libraries, nvrtc: new IsolatedNvrtc({ processPath, nativeDir, env, libraries: find }) };
  }
  return shared.nvrtc;
}
