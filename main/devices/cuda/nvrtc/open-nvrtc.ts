import { StudioError } from '../../../../app/base/studio-error.ts';
import { AddonError } from '../../../../native/bindings/addon-error.ts';
import type { CompilerHandle, OpenedCompiler } from '../../../../native/bindings/cuda-answers.ts';
import type { CudaNative } from '../../../../native/bindings/cuda-native.ts';
import {
  versionText,
  type Nvrtc,
  type NvrtcAnswer,
  type NvrtcRequest,
  type OpenedNvrtc,
} from '../../../compile/nvrtc/nvrtc.ts';
import { whyNoCandidates } from '../library-candidates.ts';

interface NvrtcSearch {
  readonly cuda: Pick<CudaNative, 'openCompiler' | 'compile'>;
  /** What to open, the first that there is (library-candidates.ts). */
  readonly libraries: readonly string[];
}

const installation =
  'pip install nvidia-cuda-nvrtc in a virtual environment (nvidia-cuda-nvrtc-cu12 where the driver is for CUDA 12), or a CUDA ' +
  'toolkit, whose folder CUDA_PATH names.';

/** The addon's NVRTC, opened when it is first needed; what was not found is looked for again. */
export function openNvrtc({ cuda, libraries }: NvrtcSearch): Nvrtc {
  let opened: Promise<OpenedNvrtc> | undefined;
  const open = async (): Promise<OpenedNvrtc> => {
    if (libraries.length === 0) throw notFound(whyNoCandidates('nvrtc', process.platform));
    const compiler = await cuda.openCompiler(libraries).catch((error: unknown) => {
      throw openFailure(error);
    });
    return usable(cuda, compiler);
  };
  return {
    open: () =>
      (opened ??= open().catch((error: unknown) => {
        opened = undefined;
        throw error;
      })),
  };
}

function usable(cuda: NvrtcSearch['cuda'], found: OpenedCompiler): OpenedNvrtc {
  const { compiler, path, versionMajor, versionMinor, architectures } = found;
  return {
    path,
    version: 1000 * versionMajor + 10 * versionMinor,
    architectures,
    compile: (request) => compile(cuda, { compiler, found, request }),
  };
}

interface Compile {
  readonly compiler: CompilerHandle;
  readonly found: OpenedCompiler;
  readonly request: NvrtcRequest;
}

async function compile(cuda: NvrtcSearch['cuda'], { compiler, found, request }: Compile): Promise<NvrtcAnswer> {
  try {
    return await cuda.compile(compiler, request);
  } catch (error) {
    if (!(error instanceof AddonError)) throw error;
    const { path, versionMajor, versionMinor, builtinsFailure } = found;
    const version = versionText(1000 * versionMajor + 10 * versionMinor);
    // Nothing compiles without its device functions, unless the system's loader finds them by itself.
    const reason =
      builtinsFailure === null ? error.message : `its library of device functions is missing: ${builtinsFailure}`;
    throw new StudioError('NvrtcUnusable', `NVRTC ${version} (${path}) cannot compile: ${reason}`, {
      cause: error,
      tip: `Install it anew: ${installation}`,
    });
  }
}

function openFailure(error: unknown): unknown {
  if (!(error instanceof AddonError)) return error;
  if (error.name === 'RING_NO_LIBRARY') return notFound(error.detail, error);
  return new StudioError('NvrtcUnusable', `The library that was found is not NVRTC as it should be: ${error.message}`, {
    cause: error,
    tip: `Install ${installation} RINGSTUDIO_NVRTC_LIBRARY names one file to take.`,
  });
}

function notFound(reason: string, cause?: unknown): StudioError {
  return new StudioError('NvrtcNotFound', `NVRTC, which compiles kernels for NVIDIA GPUs, was not found: ${reason}`, {
    ...(cause !== undefined && { cause }),
    tip: `Install it: ${installation} The CPU device needs none.`,
  });
}
