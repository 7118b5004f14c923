import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeLibraries, nativeDir, needsAddon } from '../../../../native/test/fake-libraries.ts';
import type { NvrtcAnswer, NvrtcRequest } from '../../../compile/nvrtc/nvrtc.ts';
import { IsolatedNvrtc, type IsolatedNvrtcOptions } from './isolated-nvrtc.ts';

const processPath = fileURLToPath(new URL('../../../../dist/nvrtc.process.js', import.meta.url));
const fakes = new FakeLibraries();
const opened: IsolatedNvrtc[] = [];
let library = '';

beforeEach(async (context) => {
  needsAddon(context);
  if (library === '') library = await fakes.nvrtc();
});
afterEach(async () => {
  for (const nvrtc of opened.splice(0)) await nvrtc[Symbol.asyncDispose]();
});
afterAll(() => fakes[Symbol.dispose]());

function start(options: Partial<IsolatedNvrtcOptions> = {}): IsolatedNvrtc {
  const nvrtc = new IsolatedNvrtc({
    processPath,
    nativeDir,
    env: process.env,
    libraries: () => [library],
    ...options,
  });
  opened.push(nvrtc);
  return nvrtc;
}

const requestOf = (source: string): NvrtcRequest => {
  return { name: 'unit.cu', source, headers: {}, options: [], nameExpressions: ['&counter'], output: 'ptx' };
};

async function compile(nvrtc: IsolatedNvrtc, source: string, signal?: AbortSignal): Promise<NvrtcAnswer> {
  return (await nvrtc.open()).compile(requestOf(source), signal);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const textOf = ({ code }: NvrtcAnswer): string => new TextDecoder().decode(code ?? undefined);
const untilGone = (pid: number) => expect.poll(() => isAlive(pid), { timeout: 20_000, interval: 50 }).toBe(false);

describe('NVRTC in a process of its own', () => {
  test('starts with the first use, and serves all compiles, in their order', async () => {
    const nvrtc = start();
    expect([nvrtc.startedCount, nvrtc.pid]).toEqual([0, undefined]);
    expect(await nvrtc.open()).toMatchObject({ path: library, version: 12_090, architectures: [75, 80, 90, 120] });
    const answers = await Promise.all(['one', 'two', '#error'].map((source) => compile(nvrtc, source)));
    expect(answers.slice(0, 2).map((answer) => textOf(answer).split('\n')[0])).toEqual(['// one', '// two']);
    expect(answers[0]?.loweredNames).toEqual([['&counter', '_Z8counter']]);
    expect(answers[2]).toEqual({ code: null, log: 'unit.cu(1): error: #error directive', loweredNames: [] });
    expect(textOf(await compile(nvrtc, 'three'))).toContain('// three');
    expect(nvrtc.startedCount).toBe(1);
  });

  test('a crash fails the compile in hand, by its name; the next one gets another process', async () => {
    const nvrtc = start();
    const [crash, behind] = [compile(nvrtc, '#abort'), compile(nvrtc, 'behind')];
    await expect(crash).rejects.toMatchObject({
      code: 'CompilerCrashed',
      message: expect.stringMatching(/^NVRTC 12\.9 \(.*\) crashed: its process was ended by SIGABRT/) as string,
    });
    expect(textOf(await behind)).toContain('// behind');
    expect(nvrtc.startedCount).toBe(2);
  });

  test('one that was ended while nobody needed it is not missed', async () => {
    const nvrtc = start();
    await compile(nvrtc, 'first');
    process.kill(nvrtc.pid!, 'SIGKILL');
    await expect.poll(() => nvrtc.pid).toBeUndefined();
    expect(textOf(await compile(nvrtc, 'second'))).toContain('// second');
    expect(nvrtc.startedCount).toBe(2);
  });

  test('an aborted compile ends with its process; the one behind it, and not one aborted, runs in another', async () => {
    const nvrtc = start();
    await compile(nvrtc, 'first');
    const pid = nvrtc.pid!;
    const [running, waiting] = [new AbortController(), new AbortController()];
    const compiles = [compile(nvrtc, '#hang', running.signal), compile(nvrtc, '#abort', waiting.signal)] as const;
    const behind = compile(nvrtc, 'behind');
    waiting.abort(new Error('not this one'));
    await expect(compiles[1]).rejects.toThrow('not this one');
    expect(isAlive(pid)).toBe(true);
    running.abort(new Error('changed my mind'));
    await expect(compiles[0]).rejects.toThrow('changed my mind');
    await untilGone(pid);
    expect(textOf(await behind)).toContain('// behind');
    expect(nvrtc.startedCount).toBe(2);
    await expect(compile(nvrtc, 'late', running.signal)).rejects.toThrow('changed my mind');
    expect(nvrtc.startedCount).toBe(2);
  });

  test('what does not end is killed at its limit', async () => {
    const nvrtc = start({ timeLimitMs: 3000 });
    await expect(compile(nvrtc, '#hang')).rejects.toMatchObject({
      code: 'CompilerTimeout',
      message: expect.stringContaining('within 3 s') as string,
    });
  });

  test('disposing ends it, and whoever waits for it is told', async () => {
    const nvrtc = start();
    await compile(nvrtc, 'first');
    const pid = nvrtc.pid!;
    const compiles = ['#hang', 'behind'].map((source) => compile(nvrtc, source).catch((error: unknown) => error));
    await nvrtc[Symbol.asyncDispose]();
    for (const each of compiles) expect(await each).toMatchObject({ code: 'CompilerClosed' });
    await untilGone(pid);
    await nvrtc[Symbol.asyncDispose]();
    await expect(compile(nvrtc, 'more')).rejects.toMatchObject({ code: 'CompilerClosed' });
  });
});

describe('what cannot be opened', () => {
  test('says what is missing, and is looked for again', async () => {
    let libraries = [join(fakes.folder, 'none.so')];
    const nvrtc = start({ libraries: () => libraries });
    await expect(nvrtc.open()).rejects.toMatchObject({
      code: 'NvrtcNotFound',
      tip: expect.stringContaining('pip install') as string,
    });
    libraries = [library];
    expect(await nvrtc.open()).toMatchObject({ path: library });
    const withoutAddon = start({ nativeDir: fakes.folder });
    await expect(withoutAddon.open()).rejects.toMatchObject({ code: 'NvrtcUnusable' });
  });

  test('crashes alone', async () => {
    const crashing = await fakes.nvrtc('FAKE_VERSION_ABORTS');
    await expect(start({ libraries: () => [crashing] }).open()).rejects.toMatchObject({
      code: 'CompilerCrashed',
      message: expect.stringContaining('while it was opened, crashed: its process was ended by SIGABRT') as string,
    });
    const missing = start({ processPath: join(fakes.folder, 'missing.js') });
    await expect(missing.open()).rejects.toMatchObject({
      code: 'CompilerCrashed',
      message: expect.stringMatching(/ended with exit code 1; it printed: .*missing/) as string,
    });
  });

  test('another library than before compiles nothing in its name', async () => {
    const [first, second] = [await fakes.nvrtc(), await fakes.nvrtc()];
    const nvrtc = start({ libraries: () => [first, second] });
    const before = await nvrtc.open();
    await expect(before.compile(requestOf('#abort'))).rejects.toMatchObject({ code: 'CompilerCrashed' });
    rmSync(first);
    await expect(before.compile(requestOf('one'))).rejects.toMatchObject({
      code: 'NvrtcUnusable',
      message: `NVRTC 12.9 (${first}) is not there any more: NVRTC 12.9 (${second}) is`,
    });
    const after = await nvrtc.open();
    expect(after.path).toBe(second);
    expect(textOf(await after.compile(requestOf('two')))).toContain('// two');
  });
});

test('its process ends with its parent, also while NVRTC hangs', async () => {
  const task = JSON.stringify(JSON.stringify({ nativeDir, libraries: [library] }));
  const script = fakes.file(
    'parent.mjs',
    `import { fork } from 'node:child_process';
const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
const child = fork(${JSON.stringify(processPath)}, [${task}], { stdio, serialization: 'advanced', detached: true });
child.on('message', ({ kind }) => {
  child.send({ kind: 'compile', request: ${JSON.stringify(requestOf('#hang'))} });
  process.send({ kind, pid: child.pid });
});
child.send({ kind: 'open' });`,
  );
  const parent = fork(script, [], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ kind, pid }] = (await once(parent, 'message')) as [{ kind: string; pid: number }];
  expect([kind, isAlive(pid)]).toEqual(['opened', true]);
  parent.kill('SIGKILL');
  await untilGone(pid);
});
