import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { benchCache, root } from './studio.ts';

/** A process that answers each line with a line. */
export class NativeProgram implements Disposable {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(path: string, args: readonly string[] = []) {
    this.#process = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<string> {
    this.#process.stdin!.write(`${line}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true)
      throw new Error(`${this.#process.spawnfile} has ended in place of an answer to '${line}'`);
    return answer.value;
  }

  [Symbol.dispose](): void {
    this.#process.stdin!.end();
  }
}

/** Builds bench/native/<name>.cc once for its source and flags; undefined, and a line that says so, without a compiler. */
export async function buildNative(
  name: string,
  flags: readonly string[],
  print: (line: string) => void,
): Promise<string | undefined> {
  const source = join(root, 'bench', 'native', `${name}.cc`);
  const content = [readFileSync(source, 'utf8'), ...flags].join('\0');
  const program = join(benchCache, `${name}-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return program;
  mkdirSync(benchCache, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  try {
    await promisify(execFile)('g++', ['-std=c++17', ...flags, source, '-o', unfinished]);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    print(`skipped: native ${name} (${isMissing ? 'there is no g++ here' : String(error)})`);
    return undefined;
  }
  renameSync(unfinished, program);
  return program;
}
