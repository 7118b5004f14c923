import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';
import { staticTooLarge } from '../analysis/large-globals.ts';
import { formatSize, limits } from '../limits.ts';
import type { SourceTree } from '../sources/source-tree.ts';

/** What the runtime has besides the user's variables, alignment included, is less than this. */
const ownStaticBytes = 4096;

/** Sizes that only the finished module tells. */
export function sizeProblems(
  { sharedBytes, staticBytes }: { readonly sharedBytes: number; readonly staticBytes: number },
  tree: SourceTree,
): Problem[] {
  if (sharedBytes > limits.shared) return [tooMuchShared(sharedBytes, tree)];
  return staticBytes > limits.static + ownStaticBytes ? [tooMuchStatic(tree, staticBytes - ownStaticBytes)] : [];
}

function tooMuchShared(sizeBytes: number, tree: SourceTree): Problem {
  return {
    severity: 'error',
    code: 'shared-too-large',
    message: `the __shared__ variables take ${formatSize(sizeBytes)}, and there are ${formatSize(limits.shared)}, as in CUDA`,
    tip: 'Keep large data in the state of the kernel.',
    ...declaredBy(/\b__shared__\b/, tree),
  };
}

/** Without a size: the compiler gave up before it was known. */
export function tooMuchStatic(tree: SourceTree, sizeBytes?: number): Problem {
  const taken = sizeBytes === undefined ? 'more memory than the compiler has' : formatSize(sizeBytes);
  return {
    severity: 'error',
    code: staticTooLarge.code,
    message: `the static data (__device__ and __shared__ variables, static locals) takes ${taken}, and may take at most ${formatSize(limits.static)}`,
    tip: staticTooLarge.tip,
    ...declaredBy(/\b(?:static|__device__|__shared__|__constant__)\b[^(]*\[/, tree),
  };
}

const maxPlaces = 8;

/** The only line of the sources that has the words, or all of them as notes. */
function declaredBy(words: RegExp, { files, main }: SourceTree): Pick<Problem, 'location' | 'notes'> {
  const places: SourceLocation[] = [...files.values()].flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (words.test(line.replace(/\/\/.*/, '')) ? [{ file: path, line: index + 1 }] : [])),
  );
  const [first] = places;
  if (places.length <= 1) return { location: first ?? { file: main, line: 1 } };
  const notes = places.slice(0, maxPlaces).map((location) => ({ message: 'this counts', location }));
  return { location: first!, notes: notes.slice(1) };
}
