import type { Problem } from '../../../app/base/studio-error.ts';
import { refusals } from '../analysis/type-refusal.ts';
import type { Diagnostic } from './diagnostic.ts';

type Wording = Pick<Problem, 'code' | 'message' | 'tip'>;
type Rule = readonly [pattern: RegExp, word: (match: readonly string[], diagnostic: Diagnostic) => Wording];

/** What our headers mean by messages that Clang words by the headers' insides; undefined where Clang says it best. */
export function reword(diagnostic: Diagnostic): Wording | undefined {
  for (const [pattern, word] of rules) {
    const match = pattern.exec(diagnostic.message);
    if (match !== null) return word(match, diagnostic);
  }
  return undefined;
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
  [/^'[^']*' is unavailable: (.*)$/s, ([, reason = '']) => ({ code: 'not-supported', message: reason })],
  [
    /^no (?:template|member) named 'buffer' in namespace 'ring'$/,
    () => ({ code: refusals.buffer.code, message: `this ${refusals.buffer.reason}`, tip: refusals.buffer.tip }),
  ],
  [
    globalConstructor,
    () => ({
      code: 'global-constructor',
      message: 'a global needs a constant initializer: nothing runs before the actors do',
      tip: 'Make the initializer constexpr, or keep the value in the state of the kernel.',
    }),
  ],
];

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
