import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import type { Finding } from './finding.ts';

interface Tool {
  readonly name: string;
  readonly purpose: string;
  /** Executables, looked up in PATH. */
  readonly candidates: readonly string[];
  /** What makes it tell its version. */
  readonly args: readonly string[];
  readonly version: (output: string) => string | undefined;
}

const isWindows = process.platform === 'win32';
const ANSWERS_WITHIN_MS = 5_000;
const LONGEST_WORDS = 200;

const TOOLS: readonly Tool[] = [
  {
    name: 'nvcc',
    purpose: 'compiles kernels for GPUs ahead of time; only the tests and benchmarks of this version do',
    candidates: ['nvcc'],
    args: ['--version'],
    version: (output) => /release [\d.]+/.exec(output)?.[0],
  },
  {
    name: 'C++ compiler',
    purpose: 'builds the native addon, and a figure to compare with in the benchmarks',
    candidates: isWindows ? ['cl'] : ['c++', 'g++', 'clang++'],
    // Microsoft's tells its version when it gets nothing to do.
    args: isWindows ? [] : ['--version'],
    // As in `g++ (Debian 12.2.0-14) 12.2.0`.
    version: (output) => firstLine(output).replace(/ \([^)]*\)/g, ''),
  },
];

/** Each is really started: a file of the right name may be for another machine, or lead to nothing. */
export function lookUpTools(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  return Promise.all(TOOLS.map((tool) => lookUp(tool, env)));
}

async function lookUp(tool: Tool, env: NodeJS.ProcessEnv): Promise<Finding> {
  const { name, purpose } = tool;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const ending = isWindows ? '.exe' : '';
  let broken: string | undefined;
  for (const candidate of tool.candidates) {
    const paths = folders.map((folder) => join(folder, candidate + ending));
    const path = await firstExecutable(paths);
    if (path === undefined) continue;
    const { version, failure } = await ask(path, tool, env);
    if (failure === undefined) {
      return { name, status: 'ok', detail: `found (${[path, version].filter(Boolean).join(', ')}): ${purpose}` };
    }
    broken ??= `${path} does not work (${failure})`;
  }
  if (broken === undefined) return { name, status: 'absent', detail: `not found: ${purpose}` };
  return { name, status: 'warning', detail: `${broken}: ${purpose}` };
}

interface Answer {
  readonly version?: string | undefined;
  readonly failure?: string;
}

function ask(path: string, { args, version }: Tool, env: NodeJS.ProcessEnv): Promise<Answer> {
  return new Promise((answered) => {
    const options = { env, timeout: ANSWERS_WITHIN_MS, killSignal: 'SIGKILL' } as const;
    execFile(path, args, options, (error, stdout, stderr) => {
      const output = `${stdout}\n${stderr}`.trim();
      if (error === null) return answered({ version: version(output) });
      if (error.killed === true) return answered({ failure: `no answer within ${ANSWERS_WITHIN_MS / 1000} s` });
      const words = firstLine(output).slice(0, LONGEST_WORDS);
      const how = typeof error.code === 'number' ? `exit code ${error.code}` : (error.signal ?? error.message);
      answered({ failure: words === '' ? how : `${how}: ${words}` });
    });
  });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? '';
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}
