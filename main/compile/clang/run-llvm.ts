import { Exit, runLLVM, type Tree } from '@yowasp/clang';
import { interceptStandardStreams, OutputCollector, TooMuchOutput, type StandardStreams } from './standard-streams.ts';
import type { Preparation, ToolResult, ToolRun, VirtualFiles } from './tool-run.ts';

let currentStreams: StandardStreams | undefined;
interceptStandardStreams(() => currentStreams);

/**
 * Runs one tool to its end, blocking the thread; the compiler process does nothing else meanwhile.
 *
 * @throws when LLVM traps instead of exiting
 */
export async function runTool(run: ToolRun, shared: VirtualFiles): Promise<ToolResult> {
  const startedAt = performance.now();
  const streams = { stdout: new OutputCollector(run.maxStdoutBytes), stderr: new OutputCollector() };
  currentStreams = streams;
  const { exitCode, tree, isCutOff } = await execute(run, { ...shared, ...run.files }, streams);
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const path of run.outputs) {
    const content = findFile(tree, path);
    if (content !== undefined) files[path] = content;
  }
  const { stdoutPath } = run;
  if (stdoutPath !== undefined && exitCode === 0) files[stdoutPath] = streams.stdout.bytes();
  const stdout = stdoutPath === undefined ? streams.stdout.text() : '';
  const durationMs = performance.now() - startedAt;
  return { exitCode, stdout, stderr: streams.stderr.text(), isCutOff, files, durationMs };
}

/** The outputs of the runs, each of which sees those before it. @throws what a run that has failed had to say */
export async function runPreparation({ files, runs }: Preparation): Promise<VirtualFiles> {
  let outputs: VirtualFiles = {};
  for (const run of runs) {
    const result = await runTool(run, { ...files, ...outputs });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    outputs = { ...outputs, ...result.files };
  }
  return outputs;
}

async function execute(
  run: ToolRun,
  files: VirtualFiles,
  { stdout, stderr }: StandardStreams,
): Promise<{ exitCode: number; tree: Tree; isCutOff: boolean }> {
  try {
    const tree = await runLLVM([...run.args], treeOf(files), {
      stdout: (bytes) => bytes && stdout.add(bytes),
      stderr: (bytes) => bytes && stderr.add(bytes),
      decodeASCII: false,
      fetchProgress: () => undefined,
    });
    return { exitCode: 0, tree: tree ?? {}, isCutOff: false };
  } catch (error) {
    if (error instanceof Exit) return { exitCode: error.code, tree: error.files, isCutOff: false };
    if (error instanceof TooMuchOutput) return { exitCode: 1, tree: {}, isCutOff: true };
    if (!stderr.text().includes('LLVM ERROR: out of memory')) throw error;
    if (run.maxStdoutBytes === undefined) throw new Error('it ran out of memory', { cause: error });
    return { exitCode: 1, tree: {}, isCutOff: true };
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
