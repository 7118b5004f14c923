import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { scanIncludes } from '../sources/include-scanner.ts';
import { includedFile, projectRoot, type SourceTree } from '../sources/source-tree.ts';

/** Texts by the names that sources include. */
export type Headers = Readonly<Record<string, string>>;

export interface RingHeaders {
  /** kernels/{abi,actor,cuda}: the actor runtime and the CUDA device below it. */
  readonly device: Headers;
  /** kernels/nvrtc: what NVRTC lacks of C, C++ and CUDA's toolkit. */
  readonly standard: Headers;
}

export function readCudaHeaders(kernelsDir: string): RingHeaders {
  const read = (folder: string): Headers => {
    const root = join(kernelsDir, folder);
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
    return Object.fromEntries(
      paths.map((path) => [relative(root, path).replaceAll(sep, '/'), readFileSync(path, 'utf8')]),
    );
  };
  return { device: { ...read('abi'), ...read('actor'), ...read('cuda') }, standard: read('nvrtc') };
}

/**
 * The project's files, each as `project/<path>`. NVRTC finds what it is given by the whole of its name alone, so every
 * include of a file of the project is spelled so, whatever it was relative to: two files of one name stay two. No line
 * moves. As on the CPU, `<x>` is one of ours before it is one of the project's.
 */
export function projectHeaders(tree: SourceTree, own: ReadonlySet<string>): Headers {
  return Object.fromEntries(
    [...tree.files.values()].map(({ path, text }) => [
      `${projectRoot}/${path}`,
      withWholeNames(tree, path, { text, own }),
    ]),
  );
}

function withWholeNames(
  tree: SourceTree,
  path: string,
  { text, own }: { readonly text: string; readonly own: ReadonlySet<string> },
): string {
  let result = text;
  for (const directive of scanIncludes(text).toReversed()) {
    const { spelling, isQuoted, start, end } = directive;
    if (!isQuoted && own.has(spelling)) continue;
    const target = includedFile(tree, path, directive);
    if (target !== undefined) result = `${result.slice(0, start)}${projectRoot}/${target}${result.slice(end)}`;
  }
  // A C string ends at a NUL, and a byte order mark is no token of NVRTC's.
  return result.replace(/^\ufeff/, '').replaceAll('\0', ' ');
}
