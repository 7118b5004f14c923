import type { Problem } from '../../../app/base/studio-error.ts';
import type { Diagnostic } from './diagnostic.ts';
import { rewordForeignName } from './foreign-names.ts';
import { rewordActor } from './reword-actor.ts';

type Wording = Pick<Problem, 'code' | 'message' | 'tip'>;
type Rule = readonly [pattern: RegExp, word: (match: readonly string[], diagnostic: Diagnostic) => Wording];

/** What our headers mean by messages that Clang words by the headers' insides; undefined where Clang says it best. */
export function reword(diagnostic: Diagnostic): Wording | undefined {
  for (const [pattern, word] of rules) {
    const match = pattern.exec(diagnostic.message);
    if (match !== null) return word(match, diagnostic);
  }
  return rewordActor(diagnostic) ?? rewordForeignName(diagnostic.message);
}

const globalConstructor = /^declaration requires a global constructor$/;

export function isGlobalConstructor({ message }: Diagnostic): boolean {
  return globalConstructor.test(message);
}

const rules: readonly Rule[] = [
  [
    /^'ring_type_id' is unavailable: (.*)$/s,
    ([, reason = '']) => ({ code: 'not-a-message', message: `this cannot be sent: ${reason}` }),
  ],
  [/'ring_type_id'/, (_, diagnostic) => unknownMessage(diagnostic)],
  [
    /^'operator new(?:\[\])?' is unavailable: (.*)$/s,
    ([, reason = '']) => ({
      code: 'needs-heap',
      message: `${reason}, which actors do not have`,
      tip: 'Keep the data in the state of the kernel.',
    }),
  ],
  [/^'[^']*' is unavailable: (.*)$/s, ([, reason = '']) => ({ code: 'not-supported', message: reason })],
  [
    globalConstructor,
    () => ({
      code: 'global-constructor',
      message: 'a global needs a constant initializer: nothing runs before the actors do',
      tip: 'Make the initializer constexpr, or keep the value in the state of the kernel.',
    }),
  ],
  [/^thread block clusters are not supported.*$/, ([message = '']) => ({ code: 'not-supported', message })],
  [
    /^static assertion failed(?: due to requirement '.*')?: (.* not supported by the CPU device.*|cg::.*)$/s,
    ([, reason = '']) => ({ code: 'not-supported', message: reason }),
  ],
  [
    /^cannot use '(?:try|throw)' with exceptions disabled$/,
    () => ({
      code: 'not-supported',
      message: 'there are no exceptions in device code',
      tip: 'Reply with a message that tells what failed, or use ctx.report_error(code) or assert.',
    }),
  ],
  [
    /^no matching function for call to '(atomic(?:Add|Sub|And|Or|Xor|Exch|Min|Max|CAS|Inc|Dec))'$/,
    ([, name = '']) => ({
      code: 'wrong-arguments',
      message: `${name} does not take these arguments`,
      tip: atomicTip,
    }),
  ],
  [/^'([^']*)' file not found$/, ([, header = '']) => missingHeader(header)],
];

const atomicTip =
  'Atomics are for int, unsigned int and unsigned long long, bitwise ones, minimum and maximum for long long, atomicAdd ' +
  'for float, double and half too; all arguments have one type, and what is changed is not const.';

/** Headers that exist elsewhere, and why they do not here. */
const knownHeaders: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^cooperative_groups/,
    'of cooperative groups there are cooperative_groups.h and its reduce.h, scan.h and memcpy_async.h',
  ],
  [/^cuda_fp\d/, 'of small floats, the CPU device has half and bfloat16 only'],
  [/^cuda_(pipeline|awbarrier)/, 'the CPU device does not support asynchronous copies and their barriers'],
  [/^helper_/, "of the samples' own headers there are helper_math.h, helper_functions.h and helper_cuda.h only"],
  [
    /^(curand|cub\/|thrust\/|cuda\/|cublas|cudnn|nvtx|mma\.h)/,
    'libraries of the CUDA toolkit are not part of the CPU device',
  ],
  [
    /^[a-z_]+$/,
    'device code has no C++ standard library beyond <cassert>, <cfloat>, <climits>, <cmath>, <cstddef>, <cstdint>, <cstdio>, <cstdlib>, <cstring>, <limits>, <new> (placement) and <type_traits>',
  ],
];

function missingHeader(header: string): Wording {
  const reason = knownHeaders.find(([pattern]) => pattern.test(header))?.[1];
  if (reason !== undefined) return { code: 'not-supported', message: `<${header}> is not available: ${reason}` };
  return {
    code: 'include-not-found',
    message: `'${header}' file not found`,
    tip: 'Includes are looked up beside the including file, then in the project folder.',
  };
}

function unknownMessage({ notes }: Diagnostic): Wording {
  const types = notes.map(({ message }) => /type_id<(.*)>' requested/.exec(message)?.[1]);
  const type = types.find((name) => name !== undefined);
  const what = type === undefined ? 'this' : `'${type}'`;
  return {
    code: 'not-a-message',
    message: `${what} cannot be sent: it is not a struct of this program`,
    tip: 'Messages are structs, declared in a namespace or globally.',
  };
}
