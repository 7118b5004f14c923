import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures/studio.fixture.ts';

const kernels = `struct Particle { float x; float y; int hits; };

/// How high the waves are.
__constant__ float gain = 1;

/// A drop that fell into the middle of a pond of 256 by 256.
__global__ void ripple(float* pond, unsigned width, unsigned height) {
  const unsigned x = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x >= width || y >= height) return;
  const float dx = x - width * 0.5f, dy = y - height * 0.5f;
  const float r = sqrtf(dx * dx + dy * dy);
  pond[y * width + x] = r > 120 ? NAN : gain * cosf(r * 0.2f) / (1 + r * 0.05f);
}

/// Moves particles, the even ones only.
__global__ void move(Particle* particles, unsigned n) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n || i % 2 == 1) return;
  particles[i].x = i * 0.5f;
  particles[i].hits += 1;
}

__global__ void ratios(const int* a, const int* b, int* out) { out[threadIdx.x] = a[threadIdx.x] / b[threadIdx.x]; }

__global__ void endless(volatile int* go) { while (*go == 0) {} }

template <class T>
__global__ void fill(T* data) { data[threadIdx.x] = T(threadIdx.x); }
template __global__ void fill<int>(int*);
template __global__ void fill<double>(double*);
`.replaceAll(/^ +/gm, ''); // the editor indents what is typed

async function expectNoBarriers(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect.soft(grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

test('functions are launched from the editor, and their buffers looked at', async ({ studio, page }) => {
  const { launch, buffers } = studio;
  await studio.openSample('Pipeline');
  await studio.showLayout('Code');
  const editor = await studio.newFile('pond.cu', 'Empty');
  await editor.replaceAll(kernels);
  await editor.save();

  await test.step('a lens above each function opens it in the panel', async () => {
    await expect(editor.lens('Launch fill<double>…')).toBeAttached({ timeout: 90_000 });
    await editor.find('__global__ void ripple');
    await editor.lens('Launch…').first().click();
    await expect(launch.function.locator('option:checked')).toHaveText('ripple');
    await launch.launchButton.click();
    await expect(launch.box(/^2 width/)).toBeFocused();
    await expect(launch.box(/^2 width/)).toHaveAccessibleDescription('It needs a value');
  });

  await test.step('what it wrote is there as numbers, as a distribution and as an image', async () => {
    await launch.box('Grid x').fill('16');
    await launch.box('Grid y').fill('16');
    await launch.box('Block x').fill('16');
    await launch.box('Block y').fill('16');
    await launch.box('pond: elements').fill('65,536');
    await launch.box(/^2 width/).fill('256');
    await launch.box(/^3 height/).fill('256');
    await expect(page.getByText('256 blocks × 256 threads = 65,536 threads')).toBeVisible();
    await page.keyboard.press('Control+Enter');
    await launch.expectDone();
    await expect(launch.box(/^3 height/)).toBeFocused();
    await expect(buffers.grid('pond')).toBeVisible();
    await buffers.goTo('32,896');
    await expect(buffers.row('pond', '32,896').getByRole('gridcell').first()).toHaveAccessibleName(
      '1, changed, before the launch: 0',
    );
    await buffers.grid('pond').focus();
    await page.keyboard.press('Control+End');
    await expect(buffers.row('pond', '65,528').getByRole('gridcell').last()).toContainText('NaN');
    await page.keyboard.press('Control+Home');
    await buffers.show('Histogram');
    await expect(buffers.statistic('Maximum')).toHaveText('1');
    await expect(buffers.statistic('NaN')).toHaveText(/^\d\d,\d{3}$/);
    await buffers.histogram('pond').focus();
    await page.keyboard.press('End');
    await expect(buffers.histogram('pond')).toHaveAccessibleDescription(/ to 1: \d+ elements?$/);
    await buffers.show('Heat map');
    await expect(buffers.columns).toHaveValue('256');
    await buffers.image('pond').hover();
    await expect(page.getByText(/^rows? [\d to]+, columns? [\d to]+: /).first()).toBeVisible();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectNoBarriers(page);
    }
    await buffers.show('Variables');
    await expect(page.getByRole('row', { name: 'gain float 1' })).toBeVisible();
  });

  await test.step('structs show their fields', async () => {
    await launch.function.selectOption({ label: 'move' });
    await launch.box('particles: elements').fill('100');
    await launch.box(/^2 n/).fill('100');
    await launch.launchButton.click();
    await launch.expectDone();
    await buffers.show('Values');
    await expect(buffers.grid('particles').getByRole('columnheader', { name: 'hits' })).toBeVisible();
    await expect(buffers.row('particles', '2')).toContainText('1');
  });

  await test.step('a failure leads to its line', async () => {
    await launch.function.selectOption({ label: 'ratios' });
    await launch.contents(/^2 b/).selectOption('zeros');
    await launch.box('Grid x').fill('1');
    await launch.launchButton.click();
    await expect(launch.result).toContainText('divide-by-zero');
    await expect(launch.result).toContainText('block (0, 0, 0)');
    await launch.place('pond.cu:24').click();
    await expect(editor.text).toBeFocused();
  });

  await test.step('an endless one is cancelled', async () => {
    await launch.function.selectOption({ label: 'endless' });
    await launch.box('Time limit').fill('60000');
    await launch.launchButton.click();
    await expect(page.getByRole('timer')).toBeVisible();
    await launch.cancelButton.click();
    await expect(launch.result).toContainText('Cancelled', { timeout: 30_000 });
  });

  await test.step('a reload keeps what was typed, and what came of it', async () => {
    await launch.function.selectOption({ label: 'ripple' });
    await page.reload();
    await expect(launch.function.locator('option:checked')).toHaveText('ripple');
    await expect(launch.box(/^2 width/)).toHaveValue('256');
    await launch.expectDone();
    await page.keyboard.press('Control+F5');
    await launch.expectDone();
    await expect(buffers.launch.locator('option')).toHaveCount(4);
  });
});
