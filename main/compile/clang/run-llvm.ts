import { Exit, runLLVM, type Tree } from '@yowasp/clang';
import { interceptStandardStreams, TextCollector, type StandardStreams } from './standard-streams.ts';
import type { ToolResult, ToolRun, VirtualFiles } from './tool-run.ts';

let currentStreams: StandardStreams | undefined;
interceptStandardStreams(() => currentStreams);

/**
 * Runs one tool to its end, blocking the thread; the compiler process does nothing else meanwhile.
 *
 * @throws when LLVM traps instead of exiting
 */
export async function runTool(run: ToolRun, shared: VirtualFiles): Promise<ToolResult> {
  const startedAt = performance.now();
  const streams = { stdout: new TextCollector(), stderr: new TextCollector() };
  currentStreams = streams;
  const { exitCode, tree } = await execute(run, { ...shared, ...run.files }, streams);
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const path of run.outputs) {
    const content = findFile(tree, path);
    if (content !== undefined) files[path] = content;
  }
  const durationMs = performance.now() - startedAt;
  return { exitCode, stdout: streams.stdout.text(), stderr: streams.stderr.text(), files, durationMs };
}

async function execute(
  run: ToolRun,
  files: VirtualFiles,
  { stdout, stderr }: StandardStreams,
): Promise<{ exitCode: number; tree: Tree }> {
  try {
    const tree = await runLLVM([...run.args], treeOf(files), {
      stdout: (bytes) => bytes && stdout.add(bytes),
      stderr: (bytes) => bytes && stderr.add(bytes),
      decodeASCII: false,
      fetchProgress: () => undefined,
    });
    return { exitCode: 0, tree: tree ?? {} };
  } catch (error) {
    if (error instanceof Exit) return { exitCode: error.code, tree: error.files };
    throw error;
  }
}

function treeOf(files: VirtualFiles): Tree {
  const root: Tree = {};
  for (const [path, content] of Object.entries(files)) {
    const folders = path.split('/');
    const name = folders.pop()!;
    let folder = root;
    for (const part of folders) folder = (folder[part] ??= {}) as Tree;
    folder[name] = content;
  }
  return root;
}

function findFile(tree: Tree, path: string): Uint8Array<ArrayBuffer> | undefined {
  let entry: Tree | string | Uint8Array | undefined = tree;
  for (const part of path.split('/')) {
    if (entry === undefined || typeof entry === 'string' || entry instanceof Uint8Array) return undefined;
    entry = entry[part];
  }
  return entry instanceof Uint8Array ? new Uint8Array(entry) : undefined;
}
