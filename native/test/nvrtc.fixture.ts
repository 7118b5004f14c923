import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { CompilerFixture, files } from '../../main/compile/compiler.fixture.ts';
import type { CompileResult } from '../../main/compile/compiler.ts';
import { NvrtcCompiler, type NvrtcCompilerOptions } from '../../main/compile/nvrtc/nvrtc-compiler.ts';
import type { Nvrtc, OpenedNvrtc } from '../../main/compile/nvrtc/nvrtc.ts';
import { chooseFormat, type CodeFormat, type CudaTarget } from '../../main/compile/nvrtc/cuda-target.ts';
import { openNvrtc } from '../../main/devices/cuda/nvrtc/open-nvrtc.ts';
import { loadAddon } from '../bindings/load-addon.ts';
import { nativeDir, needsAddon } from './fake-libraries.ts';
import { buildStandIn, needsStandIn } from './stand-in/stand-in.ts';

/** Skips the test where NVRTC's stand-in, or the addon that opens it, cannot work. */
export async function needsNvrtcStandIn(context: TestContext): Promise<void> {
  needsAddon(context);
  await needsStandIn(context);
}

/** The file that `find` names, when it is first needed. */
export function nvrtcAt(find: () => Promise<string>): Nvrtc {
  let opened: Nvrtc | undefined;
  return {
    open: async () => {
      const loaded = loadAddon(nativeDir);
      if (!loaded.ok) throw new Error(loaded.reason);
      opened ??= openNvrtc({ cuda: loaded.addon.cuda, libraries: [await find()] });
      return opened.open();
    },
  };
}

/** The system's compiler in the place of NVRTC 12.8. */
export function nvrtcStandIn(): Nvrtc {
  return nvrtcAt(async () => {
    // Read by the stand-in when it is first asked for anything.
    process.env['RING_STANDIN'] = 'optimize=0';
    return (await buildStandIn()).library;
  });
}

/** A GPU and a driver that take whatever the stand-in makes. */
export const hopper = { computeCapability: 90, driverVersion: 12_080 };

/** Compiles with the Clang of the CPU device and with one NVRTC. No toolkit of this machine is looked at. */
export class NvrtcFixture extends CompilerFixture {
  readonly #nvrtc: Nvrtc;

  constructor(nvrtc: Nvrtc) {
    super();
    this.#nvrtc = nvrtc;
  }

  nvrtcCompiler({
    target = hopper,
    ...options
  }: Partial<NvrtcCompilerOptions> & { readonly target?: CudaTarget } = {}): NvrtcCompiler {
    const { kernelsDir } = files;
    const format = (opened: OpenedNvrtc): CodeFormat => chooseFormat(target, opened);
    const common = { nvrtc: this.#nvrtc, kernelsDir, chooseFormat: format, env: {}, usualToolkits: [] };
    return new NvrtcCompiler({ ...common, cacheDir: join(this.folder, 'cuda'), ...options });
  }

  compileFor(
    cuda: NvrtcCompiler,
    sources: string | Readonly<Record<string, string | Uint8Array>>,
  ): Promise<CompileResult> {
    const all = typeof sources === 'string' ? { 'main.cu': sources } : sources;
    return this.compiler.compile({ projectDir: this.project(all), file: 'main.cu' }, { cuda });
  }
}
