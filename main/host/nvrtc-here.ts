import { join } from 'node:path';
import { librariesHere } from '../devices/cuda/libraries-here.ts';
import { IsolatedNvrtc } from '../devices/cuda/nvrtc/isolated-nvrtc.ts';

let shared: { readonly libraries: string; readonly nvrtc: IsolatedNvrtc } | undefined;

/** For all runtimes of this process, one after the other: it stays warm, keeps nobody alive, and ends with this process. */
export function nvrtcHere(root: string): IsolatedNvrtc {
  const { env } = process;
  const libraries = librariesHere(env).nvrtc.join('\n');
  if (shared?.libraries !== libraries) {
    const processPath = join(root, 'dist', 'nvrtc.process.js');
    const nativeDir = join(root, 'native');
    shared = {
      libraries,
      nvrtc: new IsolatedNvrtc({ processPath, nativeDir, env, libraries: () => librariesHere(env).nvrtc }),
    };
  }
  return shared.nvrtc;
}
