import { Exit, runLLVM, type Tree } from '@yowasp/clang';
import type { ToolResult, ToolRun, VirtualFiles } from './tool-run.ts';

/**
 * Runs one tool to its end, blocking the thread; the compiler process does nothing else meanwhile.
 *
 * @throws when LLVM traps instead of exiting
 */
export async function runTool(run: ToolRun, shared: VirtualFiles): Promise<ToolResult> {
  const startedAt = performance.now();
  const stdout = new TextCollector();
  const stderr = new TextCollector();
  const { exitCode, tree } = await execute(run, { ...shared, ...run.files }, { stdout, stderr });
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const path of run.outputs) {
    const content = findFile(tree, path);
    if (content !== undefined) files[path] = content;
  }
  const durationMs = performance.now() - startedAt;
  return { exitCode, stdout: stdout.text(), stderr: stderr.text(), files, durationMs };
}

interface Streams {
  readonly stdout: TextCollector;
  readonly stderr: TextCollector;
}

async function execute(
  run: ToolRun,
  files: VirtualFiles,
  { stdout, stderr }: Streams,
): Promise<{ exitCode: number; tree: Tree }> {
  try {
    const tree = await runLLVM([...run.args], treeOf(files), {
      stdout: (bytes) => stdout.add(bytes),
      stderr: (bytes) => stderr.add(bytes),
      decodeASCII: false,
      fetchProgress: () => undefined,
    });
    return { exitCode: 0, tree: tree ?? {} };
  } catch (error) {
    if (error instanceof Exit) return { exitCode: error.code, tree: error.files };
    throw error;
  }
}

/** LLVM's streams arrive unbuffered, often one byte at a time: they are gathered in one growing buffer. */
class TextCollector {
  #buffer = new Uint8Array(4096);
  #length = 0;

  add(bytes: Uint8Array | null): void {
    if (bytes === null) return;
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(length, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  text(): string {
    return new TextDecoder().decode(this.#buffer.subarray(0, this.#length));
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
