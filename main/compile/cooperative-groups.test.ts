import { afterAll, describe, expect, test } from 'vitest';
import { CompilerFixture, prelude } from './compiler.fixture.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const include = (header: string): string => `#include <cooperative_groups${header}.h>\n`;
const all = ['', '/reduce', '/scan', '/memcpy_async'].map(include).join('');

/** Problems of a program with these lines in its only handler, as `line code: message`, lines counted from 1. */
async function inHandler(body: string, includes = all): Promise<string[]> {
  const before = `${prelude}${includes}namespace cg = cooperative_groups;\nstruct M { int x; };\nRING_KERNEL(k);\nRING_BLOCK(k, 64);\nRING_ON(k, M) {\n`;
  const offset = before.split('\n').length - 1;
  const problems = await fixture.problems(`${before}${body}\n}\n`);
  return problems.map(({ location, code, message }) => `${(location?.line ?? 0) - offset} ${code}: ${message}`);
}

describe('what cooperative groups have on GPUs only is refused at its line:', () => {
  test('clusters, several grids', async () => {
    const body = 'auto cluster = cg::this_cluster();\ncg::multi_grid_group grids = cg::this_multi_grid();';
    const found = await inHandler(body);
    expect(found).toContain('1 not-supported: thread block clusters are not supported by the CPU device');
    expect(found).toContain('2 not-supported: groups of several grids are not supported by the CPU device');
  });

  test('tiles of more than a warp', async () => {
    const found = await inHandler('const auto tile = cg::tiled_partition<64>(cg::this_thread_block());\ntile.sync();');
    expect(found).toEqual([
      '1 not-supported: tiles of more than 32 threads are not supported by the CPU device: use the block',
    ]);
    const memory = await inHandler('__shared__ cg::block_tile_memory<64> memory;');
    expect(memory[0]).toContain('1 not-supported: tiles of more than 32 threads are not supported by the CPU device');
  });

  test('reductions and scans of blocks, as in CUDA, and updates of what libcu++ has', async () => {
    const found = await inHandler(
      [
        'cg::reduce(cg::this_thread_block(), msg.x, cg::plus<int>());',
        'cg::inclusive_scan(cg::this_thread_block(), msg.x);',
        'int total = 0;',
        'cg::reduce_update_async(cg::coalesced_threads(), total, msg.x, cg::plus<int>());',
      ].join('\n'),
    );
    expect(found).toContain(
      '1 not-supported: cg::reduce takes tiles and coalesced groups: reduce the block by its tiles',
    );
    expect(found).toContain('2 not-supported: cg:: scans take tiles and coalesced groups: scan the block by its tiles');
    expect(found).toContain(
      '4 not-supported: cg::reduce_update_async updates a cuda::atomic of libcu++, which the CPU device has not',
    );
  });
});

test('a forgotten header is named', async () => {
  expect(await inHandler('cg::reduce(cg::coalesced_threads(), 1, cg::plus<int>());', include(''))).toContain(
    "1 missing-include: 'cooperative_groups::reduce' is declared in <cooperative_groups/reduce.h>",
  );
});

test('handlers of blocks of one thread use groups as well', async () => {
  const image = await fixture.image(
    `${prelude}${all}struct M { int x; };\nRING_KERNEL(k);\nRING_ON(k, M) {\n` +
      'const auto block = cooperative_groups::this_thread_block();\nblock.sync();\n' +
      'const auto tile = cooperative_groups::tiled_partition<32>(block);\n' +
      'ctx.report_error(cooperative_groups::reduce(tile, msg.x, cooperative_groups::plus<int>()));\n}\n',
  );
  expect(image.info.threads).toBe('one');
});
