import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';
import { macroUses } from '../analysis/macro-uses.ts';
import type { Diagnostic, DiagnosticPlace } from '../diagnostics/diagnostic.ts';
import { gatherHostCode } from '../diagnostics/host-code.ts';
import { projectRoot, type SourceTree } from '../sources/source-tree.ts';
import { rewordNvrtc, type WordingContext } from './reword-nvrtc.ts';

export interface ProblemContext extends WordingContext {
  readonly tree: SourceTree;
  readonly unit: { readonly name: string; readonly text: string };
}

/** What NVRTC says, at places of the user's sources. Warnings in our own text are nobody's. */
export function nvrtcProblems(diagnostics: readonly Diagnostic[], context: ProblemContext): Problem[] {
  const places = new Places(context);
  const own = diagnostics.filter(
    ({ severity, place }) => severity === 'error' || places.inProject(place) !== undefined,
  );
  return distinct(
    gatherHostCode(
      own.map((diagnostic) => toProblem(diagnostic, places, context)),
      context.tree,
    ),
  );
}

function toProblem(diagnostic: Diagnostic, places: Places, context: ProblemContext): Problem {
  const { severity, place, notes } = diagnostic;
  const own = places.inProject(place);
  const cause = own === undefined ? notes.find((note) => places.inProject(note.place) !== undefined) : undefined;
  const location = own ?? places.inProject(cause?.place) ?? places.nearest([place, ...notes.map((note) => note.place)]);
  const shown = notes.flatMap((note) => {
    const at = places.inProject(note.place);
    return note === cause || at === undefined ? [] : [{ message: withoutInternals(note.message), location: at }];
  });
  const where = own === undefined && place !== undefined ? [{ message: `at line ${place.line} of ${place.file}` }] : [];
  const told = [...where, ...shown];
  return {
    severity,
    code: severity === 'error' ? 'compile-error' : 'compile-warning',
    message: withoutInternals(diagnostic.message),
    location,
    ...(told.length > 0 && { notes: told }),
    ...rewordNvrtc(diagnostic.message, context),
  };
}

/** Where things lie that NVRTC names by what it was given. */
class Places {
  readonly #tree: SourceTree;
  readonly #unit: ProblemContext['unit'];

  constructor({ tree, unit }: ProblemContext) {
    this.#tree = tree;
    this.#unit = unit;
  }

  inProject(place: DiagnosticPlace | undefined): SourceLocation | undefined {
    const prefix = `${projectRoot}/`;
    if (place?.file.startsWith(prefix) !== true) return undefined;
    const { file, line, column } = place;
    return { file: file.slice(prefix.length), line, ...(column > 1 && { column }) };
  }

  /** The declaration that a line of the generated unit speaks of, else the beginning of the program. */
  nearest(places: readonly (DiagnosticPlace | undefined)[]): SourceLocation {
    for (const place of places) {
      const found = place?.file === this.#unit.name ? this.#declared(place.line) : undefined;
      if (found !== undefined) return found;
    }
    return { file: this.#tree.main, line: 1 };
  }

  #declared(line: number): SourceLocation | undefined {
    const text = this.#unit.text.split('\n')[line - 1] ?? '';
    const [, kernel, message] = /^RING_ENTRY_\w+\((\w+)(?:, (?:::)?([\w:]+))?/.exec(text) ?? [];
    const uses = macroUses(this.#tree).filter(({ args }) => args[0] === kernel);
    const handler = uses.find(
      ({ macro, args }) => macro === 'RING_ON' && args[1]?.split('::').at(-1) === lastOf(message),
    );
    const use = handler ?? uses.find(({ macro }) => macro === 'RING_KERNEL');
    if (use !== undefined) return { file: use.file, line: use.line };
    const struct = /^(?:namespace .*\{ )?RING_(?:PROVE_\w+|TYPE_ID|NOT_A_MESSAGE)\((?:::)?([\w:]+)/.exec(text)?.[1];
    return struct === undefined ? undefined : this.#find(new RegExp(`\\bstruct\\b.*\\b${lastOf(struct)!}\\b`));
  }

  #find(pattern: RegExp): SourceLocation | undefined {
    for (const { path, text } of this.#tree.files.values()) {
      const index = text.split('\n').findIndex((line) => pattern.test(line));
      if (index >= 0) return { file: path, line: index + 1 };
    }
    return undefined;
  }
}

function lastOf(qualified: string | undefined): string | undefined {
  return qualified?.split('::').at(-1);
}

/** Names of our own that are of no use to the user. */
function withoutInternals(message: string): string {
  return message.replaceAll(`${projectRoot}/`, '').replaceAll(/(?:::)?\bring_kernel_\w+::/g, '');
}

/** Every instance of a template says the same of the same line. */
function distinct(problems: readonly Problem[]): Problem[] {
  const keys = problems.map(({ message, location }) => `${message} ${location?.file ?? ''} ${location?.line ?? 0}`);
  return problems.filter((_, index) => keys.indexOf(keys[index]!) === index);
}
