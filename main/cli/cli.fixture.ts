import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** Children of tests that run at the same time. */
const MOST_AT_ONCE = 2;

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout, parsed. */
  readonly results: readonly Record<string, unknown>[];
  /** The JSON lines among those of stderr. */
  readonly reports: readonly Record<string, unknown>[];
}

export interface CliOptions {
  readonly stdin?: string | Uint8Array;
  /** Leaves stdin open, as a terminal does. */
  readonly isStdinOpen?: boolean;
  /** Called while the process runs. */
  readonly during?: (child: ChildProcess) => void;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built command line in a child process, in an empty temporary folder. */
export class CliFixture implements Disposable {
  readonly folder: string;
  readonly #running = new Set<Promise<unknown>>();

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'ringstudio-cli-'));
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  async run(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    while (this.#running.size >= MOST_AT_ONCE) await Promise.race(this.#running);
    const running = this.#start(args, options);
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  #start(args: readonly string[], options: CliOptions): Promise<CliResult> {
    const { stdin = '', isStdinOpen = false, during, env = {} } = options;
    const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
      cwd: this.folder,
      env: { ...process.env, ...env },
    });
    const [out, err] = [collect(child.stdout), collect(child.stderr)];
    child.stdin.on('error', () => undefined); // it may end before it has read everything
    if (!isStdinOpen) child.stdin.end(stdin);
    during?.(child);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => {
        const [stdout, stderr] = [out(), err()];
        resolve({ exitCode, stdout, stderr, results: jsonLines(stdout), reports: jsonLines(stderr) });
      });
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
