import { expect, test } from '../fixtures/studio.fixture.ts';

// As on a machine that has compiled nothing yet.
test.use({ cache: 'empty' });

test('from an empty folder to the first reply', async ({ studio, page }) => {
  const { injector } = studio;
  const begun = Date.now();
  await expect(page.getByRole('heading', { name: 'Ring Kernel Studio' })).toBeVisible();
  await expect(page.getByText('No projects yet.')).toBeVisible();
  const machine = page.getByRole('complementary', { name: 'This machine' });
  await expect(machine.getByRole('heading', { name: /^CUDA/ })).toBeVisible();
  await expect(machine.getByText(/No NVIDIA driver was found: no-driver-in-tests: |native addon/)).toBeVisible();
  await expect(studio.statusBar).toContainText(/CUDA off: (no NVIDIA driver found|the native addon is missing)/);

  await studio.openSample('Vector add');
  await page.getByRole('toolbar', { name: 'Run' }).getByRole('button', { name: 'Run' }).click();
  await studio.expectRunState('Running');

  await injector.open();
  await injector.field('a').fill('40');
  await injector.field('b').fill('2.5');
  await injector.request();
  await expect(injector.reply('VectorAddResponse')).toContainText('42.5');
  await expect(injector.latency).toBeVisible();
  console.log(`first start to first reply: ${Date.now() - begun} ms`);

  await studio.goToWelcome();
  await expect(page.getByRole('region', { name: 'Start' }).getByRole('button', { name: /^Vector add/ })).toBeVisible();
});
