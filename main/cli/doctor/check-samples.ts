import { StudioError } from '../../../app/base/studio-error.ts';
import { openBundle, readBundleFile } from '../../compile/bundle/bundle-files.ts';
import { versionText } from '../../compile/nvrtc/nvrtc.ts';
import type { Finding } from './finding.ts';

const name = 'samples';

/** Whether the samples run on a GPU without NVRTC. */
export async function checkSamples(bundlePath: string): Promise<Finding> {
  const [file] = await readBundleFile(bundlePath);
  if (file === undefined) {
    const detail =
      'not precompiled: on a GPU they need NVRTC, as all kernels do. npm run precompile:samples, with NVRTC';
    return { name, status: 'absent', detail };
  }
  const { bundle } = await openBundle(file);
  if (bundle instanceof StudioError) return { name, status: 'warning', detail: bundle.toString() };
  const { compiler, programs } = bundle;
  const by = compiler.kind === 'stand-in' ? 'the driver stand-in' : `NVRTC ${versionText(compiler.version)}`;
  const names = [...new Set(programs.flatMap(({ codes }) => codes.map(({ architecture }) => architecture)))].toSorted();
  const detail = `precompiled by ${by} for ${names.join(', ')}: they run on a GPU without NVRTC`;
  return { name, status: 'ok', detail };
}
