import type { CudaCode } from '../../../app/model/program.ts';
import { dotted, majorOf, type CudaTarget } from '../nvrtc/cuda-target.ts';
import { versionText } from '../nvrtc/nvrtc.ts';
import type { BundleCompiler } from './bundle.ts';

/** A GPU, its driver, and whether that is the driver stand-in. */
export interface BundleTarget extends CudaTarget {
  readonly isStandIn: boolean;
}

type Code = Pick<CudaCode, 'kind' | 'architecture'>;

/** Code of one program, and what compiled it. */
export interface Candidate {
  readonly compiler: BundleCompiler;
  readonly code: Code;
}

/**
 * The best of what the driver takes: machine code for exactly this GPU, else PTX of the latest architecture, which the driver
 * compiles for it, else machine code of the latest before it.
 */
export function chooseCode<T extends Candidate>(candidates: readonly T[], target: BundleTarget): T | undefined {
  const rank = ({ code }: T): number => {
    const architecture = numberOf(code);
    if (code.kind === 'ptx') return 1000 + architecture;
    return architecture === target.computeCapability ? 2000 : architecture;
  };
  return candidates
    .filter((candidate) => whyUnfit(candidate, target) === undefined)
    .toSorted((a, b) => rank(b) - rank(a))[0];
}

/** Why the GPU or its driver does not take it: reads on from the code's architecture. */
export function whyUnfit({ compiler, code }: Candidate, target: BundleTarget): string | undefined {
  const { computeCapability, driverVersion, isForNewer, isStandIn } = target;
  if ((compiler.kind === 'stand-in') !== isStandIn) {
    return isStandIn ? 'is for GPUs, and this is the driver stand-in' : 'is for the driver stand-in, and this is a GPU';
  }
  const architecture = numberOf(code);
  const isSameMajor = majorOf(architecture) === majorOf(computeCapability);
  if (architecture > computeCapability || (code.kind === 'cubin' && (!isSameMajor || isForNewer === true))) {
    return `is not for the GPU, which has compute capability ${dotted(computeCapability)}`;
  }
  // A driver reads PTX of no newer CUDA than its own, and machine code of its own major version.
  const needed = code.kind === 'ptx' ? compiler.version : 1000 * Math.floor(compiler.version / 1000);
  if (driverVersion >= needed) return undefined;
  return `needs a driver for CUDA ${versionText(needed)}, and this one is for ${versionText(driverVersion)}`;
}

function numberOf({ architecture }: Code): number {
  return Number(/\d+$/.exec(architecture)?.[0]);
}
