import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CompilerFixture, prelude } from './compiler.fixture.ts';

const cacheDir = mkdtempSync(join(tmpdir(), 'ring-compile-cache-'));
/** Compiles what the others find. */
const fixture = new CompilerFixture({ cacheDir });
const { compiler } = fixture;
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  rmSync(cacheDir, { recursive: true, force: true });
});

const source = `${prelude}
struct M { int x = 7; };
RING_KERNEL(k);
RING_ON(k, M) { int set = msg.x; if (set = 1) {} ctx.reply(msg); }
`;

/** How many hits and misses `work` adds. */
async function countHits(work: () => Promise<unknown>): Promise<{ hits: number; misses: number }> {
  const before = compiler.statistics;
  await work();
  const after = compiler.statistics;
  return { hits: after.cacheHits - before.cacheHits, misses: after.cacheMisses - before.cacheMisses };
}

describe('the compile cache', () => {
  test('a hit needs no compiler process and gives the same image, wherever the project lies', async () => {
    await using second = new CompilerFixture({ cacheDir });
    const compiled = await fixture.compile(source);
    const cached = await second.compile(source);
    expect(cached).toEqual(compiled);
    expect(cached.ok && cached.warnings.length).toBeGreaterThan(0);
    expect(second.compiler.statistics).toMatchObject({ cacheHits: 1, cacheMisses: 0, startedProcesses: 0 });
  });

  test('another base links again without compiling', async () => {
    const projectDir = fixture.project({ 'main.cu': source });
    await compiler.compile({ projectDir, file: 'main.cu' }, { base: 5 * 65_536 });
    expect(compiler.statistics.lastDurations).toHaveProperty('link');
    expect(compiler.statistics.lastDurations).not.toHaveProperty('compile');
  });

  test('a change of an included file misses', async () => {
    const projectDir = fixture.project({ 'main.cu': `${source}#include "a.h"\n`, 'a.h': '' });
    const compile = (): Promise<unknown> => compiler.compile({ projectDir, file: 'main.cu' });
    expect(await countHits(compile)).toEqual({ hits: 0, misses: 1 });
    expect(await countHits(compile)).toEqual({ hits: 1, misses: 0 });
    writeFileSync(join(projectDir, 'a.h'), 'struct Added { int a; };');
    expect(await countHits(compile)).toEqual({ hits: 0, misses: 1 });
  });

  test('damaged entries are compiled again, and the cache is whole afterwards', async () => {
    const compiled = await fixture.compile(source);
    for (const entry of readdirSync(cacheDir, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), 'garbage');
    }
    const compile = async (): Promise<void> => expect(await fixture.compile(source)).toEqual(compiled);
    expect(await countHits(compile)).toEqual({ hits: 0, misses: 1 });
    expect(await countHits(compile)).toEqual({ hits: 1, misses: 0 });
  });

  test('what does not compile is not cached', async () => {
    const compile = (): Promise<unknown> => fixture.compile(`${source}int y = wrong;\n`);
    expect(await countHits(compile)).toEqual({ hits: 0, misses: 1 });
    expect(await countHits(compile)).toEqual({ hits: 0, misses: 1 });
  });

  test('two compilers may write the same entries at once', async () => {
    const own = mkdtempSync(join(cacheDir, 'shared-'));
    await using left = new CompilerFixture({ cacheDir: own });
    await using right = new CompilerFixture({ cacheDir: own });
    await using reader = new CompilerFixture({ cacheDir: own });
    const results = await Promise.all([left.compile(source), right.compile(source)]);
    expect(results[0].ok).toBe(true);
    expect(results[1]).toEqual(results[0]);
    expect(await reader.compile(source)).toEqual(results[0]);
    expect(reader.compiler.statistics.startedProcesses).toBe(0);
  });
});
