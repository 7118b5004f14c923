/**
 * The compiler process: LLVM in WebAssembly, apart from the host because it blocks its thread, takes 300 MB, wants V8's
 * `--liftoff-only` for itself, and may be killed at any moment to cancel a run. Talks CompilerRequest and CompilerReply
 * over the IPC channel of child_process.fork, one run at a time.
 */
import { join } from 'node:path';
import { endWithParent } from '../process/end-with-parent.ts';
import { evaluateModule } from './clang/evaluate-module.ts';
import { loadLlvm } from './clang/load-llvm.ts';
import { preparedFile, readPrepared } from './clang/prepared.ts';
import { runPreparation, runTool } from './clang/run-llvm.ts';
import type {
  CompilerReply,
  CompilerRequest,
  CompilerTask,
  CompilerTaskResult,
  Preparation,
  VirtualFiles,
} from './clang/tool-run.ts';
import { asyncify } from './wasm/asyncify.ts';

// LLVM's JavaScript adapters read a variable at each call of the system; a plain object answers 10 × faster.
process.env = { ...process.env };

let sharedFiles: VirtualFiles = {};

process.on('message', (request: CompilerRequest) => {
  void handle(request).then(reply);
});
endWithParent();

async function handle(request: CompilerRequest): Promise<CompilerReply> {
  if (request.kind === 'prepare') return prepare(request.preparation);
  const { id, task } = request;
  try {
    return { kind: 'done', id, result: await run(task) };
  } catch (error) {
    return { kind: 'trapped', id, message: String(error) };
  }
}

async function run(task: CompilerTask): Promise<CompilerTaskResult> {
  switch (task.kind) {
    case 'tool':
      return runTool(task.run, sharedFiles);
    case 'evaluate':
      return evaluateModule(task.evaluation);
    case 'asyncify':
      return asyncify(task.linked);
  }
}

async function prepare(preparation: Preparation): Promise<CompilerReply> {
  const startedAt = performance.now();
  await loadLlvm();
  try {
    const built = readPrepared(join(import.meta.dirname, preparedFile), preparation);
    sharedFiles = { ...preparation.files, ...(built ?? (await runPreparation(preparation))) };
  } catch (error) {
    return { kind: 'broken', message: error instanceof Error ? error.message : String(error) };
  }
  return { kind: 'ready', durationMs: performance.now() - startedAt };
}

function reply(message: CompilerReply): void {
  process.send?.(message);
}
