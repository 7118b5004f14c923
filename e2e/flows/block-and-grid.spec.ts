import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';

import { expect, test } from '../fixtures/studio.fixture.ts';

const kernels = `#include <ring_kernel.cuh>
struct Tile { uint32_t row; uint32_t column; };
/// Adds the pixels of a tile, a thread each.
RING_KERNEL(blur);
RING_OUTPUT(blur, done, Tile);
RING_BLOCK(blur, 16, 16);
RING_GRID(blur, 4);
RING_ON(blur, Tile) { if (ctx.leader()) ctx.emit(done, msg); }
`;
const single = `#include <ring_kernel.cuh>
struct Item { uint32_t number; };
RING_KERNEL(count);
RING_ON(count, Item) {}
`;

test.setTimeout(240_000); // the first compile

for (const theme of ['dark', 'light'] as const) {
  test(`block and grid are inherited, changed, refused and taken back, ${theme}`, async ({
    host,
    studio,
    page,
  }, info) => {
    await page.emulateMedia({ colorScheme: theme });
    const actors = [
      { id: 'blur', kernel: 'blur', source: 'blur.cu' },
      { id: 'count', kernel: 'count', source: 'count.cu' },
    ];
    const topology = JSON.stringify({ version: 1, actors });
    const dir = host.writeProject('tiles', { 'topology.ring.json': topology, 'blur.cu': kernels, 'count.cu': single });
    const file = join(dir, 'topology.ring.json');
    const { canvas } = studio;
    const saved = async (): Promise<unknown> => {
      await page.keyboard.press('Control+Shift+s');
      return (JSON.parse(readFileSync(file, 'utf8')) as { actors: unknown[] }).actors[0];
    };
    const box = (name: string) => page.getByRole('textbox', { name, exact: true });

    await studio.openFolder(dir);
    await expect(canvas.actor('blur')).toContainText('16×16 · 4 blocks', { timeout: 90_000 });
    await expect(canvas.actor('count')).not.toContainText('threads');
    await studio.tab('Palette').click();
    await expect(page.getByRole('button', { name: 'Add blur' })).toContainText('16×16 · 4 blocks');

    await page.setViewportSize({ width: 1280, height: 720 });
    await canvas.select('blur');
    await expect(box('Block x')).toHaveAccessibleDescription('16×16 = 256 threads (from RING_BLOCK)');
    await expect(box('Block y')).toHaveAttribute('placeholder', '16');
    await expect(box('Grid x')).toHaveAccessibleDescription('4 blocks (from RING_GRID)');
    await page.screenshot({ path: info.outputPath(`inherited-${theme}.png`) });

    await box('Block x').fill('128');
    await expect(box('Block x')).toHaveAccessibleDescription('128×16 = 2,048 threads; a block has at most 1,024.');
    await expect(box('Block x')).toHaveAttribute('aria-invalid', 'true');
    await page.screenshot({ path: info.outputPath(`refused-${theme}.png`) });
    const { violations } = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(box('Block x')).toHaveValue('');
    await box('Block x').fill('32');
    await page.keyboard.press('Tab'); // leaving the box writes it
    await expect(box('Block y')).toBeFocused();
    await expect(box('Block y')).toHaveValue('16'); // kept from the kernel
    await expect(canvas.actor('blur')).toContainText('32×16 · 4 blocks');
    await box('Grid z').fill('2');
    await page.keyboard.press('Enter');
    await expect(canvas.actor('blur')).toContainText('32×16 · 4×1×2 blocks');
    await expect.poll(saved).toMatchObject({ id: 'blur', block: [32, 16], grid: [4, 1, 2] });

    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('button', { name: /^Undo/ }).click();
    await expect(box('Block x')).toHaveValue('');
    await expect.poll(saved).toEqual(actors[0]);

    await canvas.select('count');
    await box('Block x').fill('64');
    await expect(box('Block x')).toHaveAccessibleDescription('Compiled for one thread. Declare RING_BLOCK(count, 64).');
    await page.screenshot({ path: info.outputPath(`one-thread-${theme}.png`) });
  });
}
