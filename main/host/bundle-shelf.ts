import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleFile } from '../compile/bundle/bundle.ts';
import { openBundle, readBundleFile, readBundleFiles } from '../compile/bundle/bundle-files.ts';
import type { FoundBundle } from '../compile/bundle/bundled-compiler.ts';
import { packageRoot } from './package-root.ts';

/** The samples' code, where whoever packed the product had NVRTC (scripts/precompile-samples.mjs). */
export function samplesBundlePath(root: string): string {
  return join(root, 'dist', 'samples.ringbundle');
}

/** In this installation. */
export function areSamplesPrecompiled(): boolean {
  return existsSync(samplesBundlePath(packageRoot(import.meta.url)));
}

interface BundleShelfOptions {
  /** The package's folder. */
  readonly root: string;
  /** These, and not those of projects. */
  readonly given: readonly BundleFile[] | undefined;
}

/** Where a runtime finds precompiled code. Projects' folders are read each time: what was just made is found. */
export class BundleShelf {
  readonly #options: BundleShelfOptions;
  #shipped: Promise<readonly FoundBundle[]> | undefined;

  constructor(options: BundleShelfOptions) {
    this.#options = options;
  }

  async find(projectDir: string): Promise<readonly FoundBundle[]> {
    const { root, given } = this.#options;
    const files = given ?? (await readBundleFiles(projectDir));
    this.#shipped ??= readBundleFile(samplesBundlePath(root)).then((shipped) => Promise.all(shipped.map(openBundle)));
    return [...(await Promise.all(files.map(openBundle))), ...(await this.#shipped)];
  }
}
