import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { StudioError } from '../../../app/base/studio-error.ts';
import { files } from '../compiler.fixture.ts';
import { ClangProcess } from './clang-process.ts';
import { Stopwatch } from '../stopwatch.ts';
import type { Preparation, ToolRun } from './tool-run.ts';

const open: ClangProcess[] = [];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ring-process-'));
});
afterEach(async () => {
  for (const clang of open.splice(0)) await clang[Symbol.asyncDispose]();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nothing: Preparation = { files: {}, runs: [] };

function start(options: Partial<ConstructorParameters<typeof ClangProcess>[0]> = {}): ClangProcess {
  const clang = new ClangProcess({ entryPoint: files.processPath, preparation: () => nothing, ...options });
  open.push(clang);
  return clang;
}

const syntax = (source: string): ToolRun => ({
  args: ['clang', '-cc1', '-triple', 'wasm32-unknown-unknown', '-x', 'c++', '-fsyntax-only', '/a.cpp'],
  files: { 'a.cpp': source },
  outputs: [],
});
const quick = syntax('int x;');
/** Takes minutes: the recursion doubles at each step. */
const endless = syntax(`
template <unsigned long long N, int D> struct S { static constexpr int v = S<N * 2, D - 1>::v + S<N * 2 + 1, D - 1>::v; };
template <unsigned long long N> struct S<N, 0> { static constexpr int v = 1; };
int x = S<1, 40>::v;
`);

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof StudioError ? error.code : String(error);
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('the compiler process', () => {
  test('starts with the first run and serves all of them', async () => {
    const clang = start();
    expect(clang.pid).toBeUndefined();
    const results = await Promise.all([clang.run(quick), clang.run(syntax('int x = y;')), clang.run(quick)]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0]);
    expect(results[1].stderr).toContain('undeclared identifier');
    expect(clang.startedCount).toBe(1);
  });

  test('prepares files for every run', async () => {
    const compile = { args: [...quick.args.slice(0, -2), '-emit-obj', '-o', '/o.o', '/a.cpp'], outputs: ['o.o'] };
    const clang = start({
      preparation: () => ({ files: { 'a.cpp': 'int given;' }, runs: [{ ...compile, files: {} }] }),
    });
    const result = await clang.run({ args: ['size', '/o.o'], files: {}, outputs: ['o.o', 'none.o'] });
    expect(result.stdout).toContain('o.o');
    expect(Object.keys(result.files)).toEqual(['o.o']);
  });

  test('says so when what it prepares does not compile', async () => {
    const clang = start({ preparation: () => ({ files: {}, runs: [syntax('int x = y;')] }) });
    expect(await codeOf(clang.run(quick))).toBe('InternalError');
  });

  test('a cancelled run ends at once and the ones behind it run in a new process', async () => {
    const clang = start();
    await clang.run(quick);
    const controller = new AbortController();
    const cancelled = clang.run(endless, controller.signal);
    const next = clang.run(quick);
    setTimeout(() => controller.abort(new Error('changed my mind')), 100);
    await expect(cancelled).rejects.toThrow('changed my mind');
    expect((await next).exitCode).toBe(0);
    expect(clang.startedCount).toBe(2);
  });

  test('a queued run that is cancelled never runs, and one cancelled before fails at once', async () => {
    const clang = start();
    const controller = new AbortController();
    const first = clang.run(quick);
    const queued = clang.run(endless, controller.signal);
    controller.abort(new Error('no'));
    await expect(queued).rejects.toThrow('no');
    await expect(clang.run(quick, controller.signal)).rejects.toThrow('no');
    expect((await first).exitCode).toBe(0);
    expect(clang.startedCount).toBe(1);
  });

  test('a run survives one death of the process; a run that kills it twice is given up', async () => {
    const clang = start();
    await clang.run(quick);
    const survivor = clang.run(endless);
    const outcome = codeOf(survivor);
    const behind = clang.run(quick);
    for (let death = 1; death <= 2; death += 1) {
      await until(() => clang.pid !== undefined && clang.startedCount === death);
      process.kill(clang.pid!, 'SIGKILL');
    }
    expect(await outcome).toBe('CompilerCrashed');
    await expect(survivor).rejects.toThrow('The compiler ended twice (SIGKILL)');
    expect((await behind).exitCode).toBe(0);
    process.kill(clang.pid!, 'SIGKILL');
    expect((await clang.run(quick)).exitCode).toBe(0);
  });

  test('what a run loses with a process is counted apart', async (ctx) => {
    if (process.platform === 'win32') ctx.skip('Windows has no such signals');
    const clang = start();
    const stopwatch = new Stopwatch(() => clang.lostMs);
    await stopwatch.time('first', () => clang.run(quick));
    expect(Object.keys(stopwatch.durations)).toEqual(['first']);
    const pid = clang.pid!;
    const startedAt = performance.now();
    process.kill(pid, 'SIGSTOP'); // it gets nowhere
    const again = stopwatch.time('again', () => clang.run(quick));
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.kill(pid, 'SIGKILL');
    expect((await again).exitCode).toBe(0);
    const { again: againMs, 'compiler died': lostMs } = stopwatch.durations;
    expect(lostMs).toBeCloseTo(clang.lostMs);
    expect(lostMs).toBeGreaterThan(490);
    expect(againMs! + lostMs!).toBeLessThanOrEqual(performance.now() - startedAt);
  });

  test('a run that takes too long is killed', async () => {
    const clang = start({ timeLimitMs: 5_000 });
    expect(await codeOf(clang.run(endless))).toBe('CompilerTimeout');
    expect((await clang.run(quick)).exitCode).toBe(0);
  });

  test('a process that cannot start is a typed error with its output', async () => {
    const clang = start({ entryPoint: join(folder, 'missing.js') });
    await expect(clang.run(quick)).rejects.toThrow(/The compiler ended twice.*missing\.js/s);
  });

  test('disposal ends the process and what was waiting', async () => {
    const clang = start();
    await clang.run(quick);
    const pid = clang.pid!;
    const running = codeOf(clang.run(endless));
    const queued = codeOf(clang.run(quick));
    await clang[Symbol.asyncDispose]();
    await clang[Symbol.asyncDispose]();
    expect(await running).toBe('CompilerClosed');
    expect(await queued).toBe('CompilerClosed');
    expect(await codeOf(clang.run(quick))).toBe('CompilerClosed');
    expect(isAlive(pid)).toBe(false);
  });

  test('it ends with its parent, also in the middle of a run', async () => {
    const script = join(folder, 'parent.mjs');
    writeFileSync(
      script,
      `import { fork } from 'node:child_process';
const child = fork(${JSON.stringify(files.processPath)}, [], { execArgv: ['--liftoff-only'], serialization: 'advanced', stdio: 'ignore' });
child.send({ kind: 'prepare', preparation: { files: {}, runs: [] } });
child.on('message', () => {
  child.send({ kind: 'run', id: 1, task: { kind: 'tool', run: ${JSON.stringify(endless)} } });
  setTimeout(() => process.send(child.pid), 1000);
});
`.replace("stdio: 'ignore'", "stdio: ['ignore', 'ignore', 'ignore', 'ipc']"),
    );
    const parent = fork(script, [], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const pid = await new Promise<number>((resolve) => parent.once('message', (message) => resolve(Number(message))));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });
});
