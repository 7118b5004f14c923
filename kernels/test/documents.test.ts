import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// What the documents show is what happens: every `$ npx ringstudio …` in a block marked `console` is run, and must print
// the lines below it, stdout before stderr, times apart; `$ echo $?` behind it shows the exit code. Files come from blocks
// that follow a comment `<!-- file: name -->`; the samples are there as in the repository. Programs in TypeScript are run
// too: a line `console.log(…); // this` must print this.

const root = fileURLToPath(new URL('../../', import.meta.url));
const paths = [
  ...(await readdir(join(root, 'kernels/samples'))).map((name) => `kernels/samples/${name}/README.md`),
  'README.md',
  ...(await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];
const texts = await Promise.all(paths.map((path) => readFile(join(root, path), 'utf8')));
const documents = paths
  .map((path, index) => ({
    path,
    commands: readCommands(texts[index]!),
    programs: readPrograms(texts[index]!),
    files: readFiles(texts[index]!),
  }))
  .filter(({ commands, programs }) => commands.length + programs.length > 0);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringstudio-documents-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(documents)('$path', ({ path, commands, programs, files }) => {
  let cwd: string;

  beforeAll(async () => {
    cwd = join(folder, path.replaceAll(/\W+/g, '-'));
    await mkdir(cwd);
    await cp(join(root, 'kernels/samples'), join(cwd, 'kernels/samples'), { recursive: true });
    for (const { name, content } of files) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), content);
    }
  });

  test.each(commands)('$command', { timeout: 60_000 }, async ({ command, output, exitCode }) => {
    const result = await run(command, cwd);
    expect(mask(result.lines)).toEqual(mask(output));
    if (exitCode !== undefined) expect(result.exitCode).toBe(exitCode);
  });

  test.each(programs)('program $number', { timeout: 60_000 }, async ({ number, code, output }) => {
    const file = join(cwd, `program-${number}.mjs`);
    const alias = { 'ring-kernel-studio': join(root, 'dist/index.js') };
    const stdin = { contents: code, loader: 'ts', resolveDir: root } as const;
    await build({
      stdin,
      outfile: file,
      alias,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: [...Object.values(alias), 'node:*'],
    });
    const { lines, exitCode } = await start([file], cwd);
    expect(lines).toEqual(expect.arrayContaining([...output]));
    expect(exitCode).toBe(0);
  });
});

interface Command {
  readonly command: string;
  readonly output: readonly string[];
  readonly exitCode: number | undefined;
}

function readCommands(text: string): Command[] {
  return [...text.matchAll(/^```console\n([^]*?)^```$/gm)].flatMap(([, block = '']) => {
    const parts = block.replaceAll('\\\n', ' ').split(/^\$ /m);
    return parts.flatMap((part, index) => {
      if (!part.startsWith('npx ringstudio ')) return [];
      const [command = '', ...output] = part.trimEnd().split('\n');
      const exitCode = /^echo \$\?\n(\d+)/.exec(parts[index + 1] ?? '')?.[1];
      return [{ command, output, exitCode: exitCode === undefined ? undefined : Number(exitCode) }];
    });
  });
}

function readFiles(text: string): { name: string; content: string }[] {
  return [...text.matchAll(/^<!-- file: (\S+) -->\n+```\w*\n([^]*?)^```$/gm)].map(([, name = '', content = '']) => ({
    name,
    content,
  }));
}

function readPrograms(text: string): { number: number; code: string; output: readonly string[] }[] {
  const blocks = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
  return blocks.map((code, index) => {
    const output = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line = '']) => line);
    return { number: index + 1, code, output };
  });
}

interface Result {
  readonly lines: readonly string[];
  readonly exitCode: number | null;
}

function run(command: string, cwd: string): Promise<Result> {
  const [, , ...args] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return start([join(root, 'dist/cli.js'), ...args], cwd);
}

async function start(args: readonly string[], cwd: string): Promise<Result> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const printed = `${stdout}${stderr}`.trimEnd();
  return { lines: printed === '' ? [] : printed.split('\n'), exitCode };
}

/** Times differ from run to run, and so do whole lines that say how long something took. */
function mask(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replaceAll(
        /"(elapsed_ns|elapsedMs|durationMs|min|mean|max|p50|p95|p99)":[\d.]+(?=[,}])/g,
        (match, key: string) => (key === 'mean' && !line.includes('"latencyNs"') ? match : `"${key}":…`),
      )
      .replaceAll(/"takenAt":"[^"]*"/g, '"takenAt":"…"')
      .trimEnd(),
  );
}
