import type { SourceLocation } from '../../../app/base/studio-error.ts';
import type { Place } from '../ast/ast-node.ts';
import { projectRoot, type SourceTree } from '../sources/source-tree.ts';
import { DocComments } from './doc-comments.ts';

const projectPrefix = `/${projectRoot}/`;

/** The path relative to the project of a path in the virtual file system; undefined for the headers' and made-up files. */
export function projectPath(virtualPath: string): string | undefined {
  return virtualPath.startsWith(projectPrefix) ? virtualPath.slice(projectPrefix.length) : undefined;
}

/** Doc comments and text of a program's own files. */
export class SourceDocs {
  readonly #tree: SourceTree;
  readonly #comments = new Map<string, DocComments>();

  constructor(tree: SourceTree) {
    this.#tree = tree;
  }

  of(begin: Place | undefined, end: Place | undefined): string | undefined {
    if (begin === undefined || end === undefined || begin.file !== end.file) return undefined;
    return this.#in(begin.file)?.of(begin, end);
  }

  ofMacro(begin: Place): string | undefined {
    return this.#in(begin.file)?.ofMacro(begin);
  }

  /** The identifier at a place, for telling macros apart. */
  wordAt({ file, line, column }: Place): string {
    const text = this.#tree.files.get(projectPath(file) ?? '')?.text.split('\n')[line - 1] ?? '';
    return (
      /^\w*/.exec(
        Buffer.from(text)
          .subarray(column - 1)
          .toString(),
      )?.[0] ?? ''
    );
  }

  location(place: Place): SourceLocation | undefined {
    const file = projectPath(place.file);
    return file === undefined ? undefined : { file, line: place.line, column: place.column };
  }

  #in(file: string): DocComments | undefined {
    const known = this.#comments.get(file);
    const source = this.#tree.files.get(projectPath(file) ?? '');
    if (known !== undefined || source === undefined) return known;
    const made = new DocComments(source.text);
    this.#comments.set(file, made);
    return made;
  }
}
