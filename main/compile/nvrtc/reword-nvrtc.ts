import type { Problem } from '../../../app/base/studio-error.ts';
import { versionText } from './nvrtc.ts';
import type { FoundHeaders } from './toolkit-headers.ts';

export interface WordingContext {
  readonly nvrtcVersion: number;
  readonly toolkit: FoundHeaders;
}

type Wording = Pick<Problem, 'code' | 'message' | 'tip'>;
type Rule = readonly [pattern: RegExp, word: (match: readonly string[], context: WordingContext) => Wording];

/** What NVRTC's messages mean to somebody who does not know NVRTC; undefined where they say it well. */
export function rewordNvrtc(message: string, context: WordingContext): Wording | undefined {
  for (const [pattern, word] of rules) {
    const match = pattern.exec(message);
    if (match !== null) return word(match, context);
  }
  return undefined;
}

const rules: readonly Rule[] = [
  [
    /^(?:cannot|could not) open source file "([^"]*)"/,
    ([, header = ''], context) =>
      ofToolkit.test(header)
        ? missingToolkit(header, context)
        : { code: 'include-not-found', message: `'${header}' file not found` },
  ],
  [/^#error directive: (.*)$/, ([, text = '']) => ({ code: 'compile-error', message: text })],
  [/^static assertion failed with "(.*)"$/, ([, text = '']) => ({ code: 'compile-error', message: text })],
];

/** Of the toolkit's headers, those that the CPU device has as well, and those that people try. */
const ofToolkit =
  /^(?:cuda_(?:fp|bf)\w+\.h(?:pp)?|cuda\w*\.h|cu\w+\.h|mma\.h|vector_\w+\.h|device_\w+\.h|curand\w*\.h|cooperative_groups\/.*|(?:cuda|cub|thrust|nv)\/.*|crt\/.*|nvtx3\/.*)$/;

function missingToolkit(header: string, { nvrtcVersion, toolkit }: WordingContext): Wording {
  const version = versionText(nvrtcVersion);
  const [other] = toolkit.unfit;
  const found =
    toolkit.headers !== undefined
      ? `; those in ${toolkit.headers.folder} do not have it`
      : other === undefined
        ? ''
        : `; those in ${other.folder} are of CUDA ${versionText(other.version)}, and NVRTC is of ${version}`;
  const major = Math.floor(nvrtcVersion / 1000);
  const name = major < 13 ? `nvidia-cuda-runtime-cu${major}` : `nvidia-cuda-runtime==${major}.*`;
  return {
    code: 'needs-cuda-headers',
    message: `'${header}' comes with the headers of a CUDA toolkit, which were not found${found}`,
    tip: `Install the toolkit of CUDA ${version} and set CUDA_PATH to its folder, or pip install ${name} in a virtual environment.`,
  };
}
