import type { Problem } from '../../../app/base/studio-error.ts';
import { blankLiterals } from '../sources/include-scanner.ts';
import type { SourceTree } from '../sources/source-tree.ts';

/** A function for the host side of CUDA: lines from its head to its closing brace, both included. */
interface HostFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
}

const tip =
  "Remove it, or put it between '#ifndef RING_STUDIO' and '#endif'. What it does, `ringstudio exec` and " +
  'program.function(…).launch(…) do: they allocate buffers, launch, and read the results.';

/** What the compiler says about host code is said once for each function that is host code: which one to remove. */
export function gatherHostCode(said: readonly Problem[], tree: SourceTree): Problem[] {
  const functions = hostFunctions(tree);
  const holder = ({ location }: Problem): HostFunction | undefined =>
    functions.find(
      ({ file, line, endLine }) => location?.file === file && location.line >= line && location.line <= endLine,
    );
  const failed = functions.filter((host) =>
    said.some((problem) => problem.severity === 'error' && holder(problem) === host),
  );
  const rest = said.filter((problem) => !failed.some((host) => holder(problem) === host));
  return [...rest, ...failed.map(hostCode)];
}

function hostCode({ name, file, line }: HostFunction): Problem {
  const message = `'${name}' is code for CUDA's host side, and this file is compiled for the device alone`;
  return { severity: 'error', code: 'host-code', message, tip, location: { file, line } };
}

/** Read from the text: the compiler, which knows no `<<<`, loses its way in them. */
function hostFunctions({ files }: SourceTree): HostFunction[] {
  return [...files.values()].flatMap(({ path, text }) => {
    if (!/<<<|\bcuda[A-Z]|\bmain\s*\(/.test(text)) return [];
    const code = blankLiterals(text);
    return bodies(code).flatMap(({ head, headAt, openAt, closeAt }) => {
      const name = /(\w+)\s*\([^{}]*\)[^(){}]*$/.exec(head)?.[1];
      const isDevice = /__global__|__device__|\bRING_/.test(head);
      const isHost = name === 'main' || /<<<|\bcuda[A-Z]\w*\s*\(/.test(code.slice(openAt, closeAt));
      if (name === undefined || isDevice || !isHost) return [];
      return [{ name, file: path, line: lineAt(code, headAt), endLine: lineAt(code, closeAt) }];
    });
  });
}

interface Body {
  /** What stands between the declaration before and the opening brace. */
  readonly head: string;
  readonly headAt: number;
  readonly openAt: number;
  readonly closeAt: number;
}

/** The outermost braces that are no namespace's. */
function bodies(code: string): Body[] {
  const found: Body[] = [];
  let headAt = 0;
  for (let at = 0; at < code.length; at += 1) {
    const c = code[at]!;
    if (c === ';' || c === '}') headAt = at + 1;
    if (c !== '{') continue;
    const head = code.slice(headAt, at);
    if (/\bnamespace\b[^()]*$|\bextern\s*"[^"]*"\s*$/.test(head)) {
      headAt = at + 1;
      continue;
    }
    const closeAt = closingBrace(code, at);
    if (closeAt === undefined) return found;
    const begin = headAt + (head.length - withoutLeadingLines(head).length);
    found.push({ head: withoutLeadingLines(head), headAt: begin, openAt: at, closeAt });
    at = closeAt;
    headAt = closeAt + 1;
  }
  return found;
}

/** Space and lines of the preprocessor. */
function withoutLeadingLines(head: string): string {
  return head.replace(/^(?:\s*#[^\n]*\n)*\s*/, '');
}

/** Undefined where the braces do not match. */
function closingBrace(code: string, openAt: number): number | undefined {
  let depth = 0;
  for (let at = openAt; at < code.length; at += 1) {
    if (code[at] === '{') depth += 1;
    if (code[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function lineAt(code: string, position: number): number {
  return code.slice(0, position).split('\n').length;
}
