import type { Problem } from '../../../app/base/studio-error.ts';
import type { MacroUse } from '../analysis/macro-uses.ts';
import type { SourceTree } from '../sources/source-tree.ts';

export interface SourceContext {
  readonly tree: SourceTree;
  readonly uses: readonly MacroUse[];
}

/** A problem with what the sources tell about it: which macro, which kernel, which missing file. */
export function inContext(problem: Problem, context: SourceContext): Problem {
  for (const explain of [missingFile, missingSemicolon, misplacedMacro, undeclared, launched]) {
    const explained = explain(problem, context);
    if (explained !== undefined) return explained;
  }
  return problem;
}

export const includeOutside = 'include-outside-project';

function missingFile(problem: Problem, { tree }: SourceContext): Problem | undefined {
  const { location, message, code } = problem;
  if (code !== 'include-not-found') return undefined;
  const isOutside = tree.outsideIncludes.some(({ file, line }) => file === location?.file && line === location.line);
  if (!isOutside) return undefined;
  return {
    ...problem,
    code: includeOutside,
    message: `${message.replace(' file not found', '')} lies outside the project folder`,
    tip: 'Copy the file into the project folder. Symbolic links that lead out of it are not followed.',
  };
}

function missingSemicolon(problem: Problem, context: SourceContext): Problem | undefined {
  if (problem.message !== "expected ';' after 'static_assert'") return undefined;
  const use = useAt(problem, context);
  if (use === undefined) return undefined;
  return { ...problem, message: `expected ';' behind ${use.macro}(${use.args.join(', ')})` };
}

function misplacedMacro(problem: Problem, context: SourceContext): Problem | undefined {
  if (problem.message !== 'namespaces can only be defined in global or namespace scope') return undefined;
  const use = useAt(problem, context);
  if (use === undefined) return undefined;
  return {
    ...problem,
    code: 'macro-misplaced',
    message: `${use.macro} is used inside of a function or a struct`,
    tip: 'Move it out: handlers and kernels stand on their own. Look for a missing } above.',
  };
}

const handlerNames = new Set(['msg', 'ctx', 'state']);

function undeclared(problem: Problem, context: SourceContext): Problem | undefined {
  const name = /^use of undeclared identifier '(\w+)'/.exec(problem.message)?.[1];
  if (name === undefined) return undefined;
  if (handlerNames.has(name)) {
    const tip = 'msg, ctx and state are parameters of handlers: pass them on, for instance as ring::context& ctx.';
    return { ...problem, tip };
  }
  if (context.uses.some(({ macro, args }) => macro === 'RING_KERNEL' && args[0] === name)) {
    const message = `'${name}' is a kernel: it is not called, it gets messages`;
    const tip = 'Declare a RING_OUTPUT, connect it to an actor of that kernel, and ctx.emit to it.';
    return { ...problem, code: 'kernel-not-callable', message, tip };
  }
  const other = context.uses.find(({ macro, args }) => macro === 'RING_OUTPUT' && args[1] === name);
  if (other === undefined) return undefined;
  const message = `the output '${name}' belongs to the kernel '${other.args[0] ?? ''}'`;
  return {
    ...problem,
    code: 'output-of-other-kernel',
    message,
    tip: 'Declare one for this kernel too, above the handler.',
  };
}

function launched(problem: Problem, context: SourceContext): Problem | undefined {
  if (problem.message !== 'expected expression' || !lineOf(problem, context).includes('<<<')) return undefined;
  const message = 'a kernel cannot be launched from here: actors run already';
  const tip = 'Call the function, or send a message to another actor: ctx.emit(output, Message{…});';
  return { ...problem, code: 'not-supported', message, tip };
}

function lineOf({ location }: Problem, { tree }: SourceContext): string {
  const { file = '', line = 0 } = location ?? {};
  return tree.files.get(file)?.text.split('\n')[line - 1] ?? '';
}

function useAt({ location }: Problem, { uses }: SourceContext): MacroUse | undefined {
  if (location === undefined) return undefined;
  const { file, line } = location;
  // Behind the last of several in a line, which is the one that lacks something.
  return uses.findLast((use) => use.file === file && use.line <= line && line <= use.endLine);
}
