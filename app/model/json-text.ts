import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Problem, SourceLocation } from '../base/studio-error.ts';

export interface JsonSource {
  readonly text: string;
  /** As problems show it. */
  readonly file: string;
}

/**
 * Strict JSON, with two differences from JSON.parse: what is wrong is a problem with its line and column, and integers
 * beyond ±(2^53−1) are bigints with every digit.
 */
export function parseJson({ text, file }: JsonSource): { readonly value: unknown } | { readonly problem: Problem } {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    const value: unknown = JSON.parse(json);
    if (isDeeperThan(value, MOST_LEVELS)) return { problem: depthProblem(file) };
    if (!/\d{16}|[eE]\+?\d{3}/.test(json)) return { value };
    const tree = parseTree(json)!;
    const overflow = findOverflow(tree);
    if (overflow !== undefined) return { problem: overflowProblem({ text: json, file }, overflow) };
    return { value: exactValue(json, tree) };
  } catch (error) {
    return { problem: syntaxProblem({ text: json, file }, error) };
  }
}

/** Far more than any message has, and far less than what recursion over a document survives. */
const MOST_LEVELS = 200;

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}

function depthProblem(file: string): Problem {
  const message = `This JSON is nested more than ${MOST_LEVELS} levels deep.`;
  const tip = 'No message is; look for brackets that were pasted too often.';
  return { severity: 'error', code: 'nested-too-deeply', message, tip, location: { file, line: 1, column: 1 } };
}

function exactValue(json: string, node: Node): unknown {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map((child) => exactValue(json, child));
  if (node.type === 'object') {
    return Object.fromEntries(
      children.map(({ children: entry }) => [entry![0]!.value as string, exactValue(json, entry![1]!)]),
    );
  }
  const digits = json.slice(node.offset, node.offset + node.length);
  const isUnsafe = node.type === 'number' && /^-?\d+$/.test(digits) && !Number.isSafeInteger(node.value);
  return isUnsafe ? BigInt(digits) : (node.value as unknown);
}

/** The first number that no double can hold. */
function findOverflow(node: Node): Node | undefined {
  for (const child of node.children ?? []) {
    const found = findOverflow(child);
    if (found !== undefined) return found;
  }
  return node.type === 'number' && !Number.isFinite(node.value) ? node : undefined;
}

function overflowProblem({ text, file }: JsonSource, { offset, length }: Node): Problem {
  const digits = text.slice(offset, offset + length);
  const shown = digits.length > 40 ? `${digits.slice(0, 40)}…` : digits;
  return {
    severity: 'error',
    code: 'number-too-large',
    message: `${shown} is beyond ±1.8e308, the largest numbers of a double.`,
    tip: 'Infinity is written as a string: "Infinity".',
    location: locationAt({ text, file }, offset),
  };
}

function syntaxProblem({ text, file }: JsonSource, error: unknown): Problem {
  const [first] = syntaxErrors(text);
  const message = first === undefined ? String(error) : `${sentence(printParseErrorCode(first.error))}.`;
  return {
    severity: 'error',
    code: 'broken-json',
    message: `This is not JSON: ${message}`,
    location: locationAt({ text, file }, first?.offset ?? 0),
  };
}

function syntaxErrors(text: string): readonly ParseError[] {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    // Nested too deeply for its recursion; what it found until then still counts.
  }
  return errors;
}

/** `PropertyNameExpected` → `property name expected` */
function sentence(errorCode: string): string {
  return errorCode.replace(/(?<!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}

/** Gives problems that have a path the place of that path in the text, or of the nearest part of it that exists. */
export function locateProblems(problems: readonly Problem[], source: JsonSource): readonly Problem[] {
  const root = parseTree(source.text);
  if (root === undefined) return problems;
  return problems.map((problem) => {
    if (problem.path === undefined || problem.location !== undefined) return problem;
    const node = nearestNode(root, pathSegments(problem.path));
    const start = node.parent?.type === 'property' ? node.parent : node;
    return { ...problem, location: locationAt(source, start.offset) };
  });
}

function nearestNode(root: Node, segments: readonly (string | number)[]): Node {
  for (let length = segments.length; length > 0; length--) {
    const node = findNodeAtLocation(root, segments.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}

/** The inverse of `fieldPath`: `points[2]["a b"]` → `points`, 2, `a b`. */
function pathSegments(path: string): (string | number)[] {
  const parts = path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g);
  return Array.from(parts, ([, index, quoted, name]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? name! : (JSON.parse(quoted) as string);
  });
}

function locationAt({ text, file }: JsonSource, offset: number): SourceLocation {
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, column: before.at(-1)!.length + 1 };
}
