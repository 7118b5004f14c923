import { createHash } from 'node:crypto';
import type { DeviceKind } from '../../../app/device/device.ts';
import type { BundleFile } from '../../compile/bundle/bundle.ts';
import { readBundleFiles } from '../../compile/bundle/bundle-files.ts';

/** What may run of a project besides its sources: only a GPU is given code from bundles. */
export async function projectBundles(dir: string, device: DeviceKind): Promise<readonly BundleFile[]> {
  return device === 'cuda' ? readBundleFiles(dir) : [];
}

/** What stands for bundles where a person agrees to texts: nobody can read off a bundle that it comes from the sources. */
export function bundleTexts(bundles: readonly BundleFile[]): readonly (readonly [path: string, text: string])[] {
  return bundles.map(({ name, bytes }) => [name, `sha256 ${createHash('sha256').update(bytes).digest('hex')}`]);
}
