import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures/studio.fixture.ts';

/** What a person who cannot see, or not well, would stumble over. */
async function expectNoBarriers(page: Page, room: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .exclude('.monaco-editor') // Monaco's own lines and hidden input: its accessibility is Microsoft's
    .analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join('\n    ')}`,
    );
  expect.soft(grave, room).toEqual([]);
}

for (const theme of ['dark', 'light'] as const) {
  test(`no room has barriers, ${theme}`, async ({ studio, page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.getByRole('region', { name: 'Samples' }).getByRole('button').first()).toBeVisible();
    await expectNoBarriers(page, 'welcome');
    await page.getByRole('region', { name: 'Start' }).getByRole('button', { name: 'New project' }).click();
    await expect(studio.dialog('New project')).toBeVisible();
    await expectNoBarriers(page, 'new project');
    await page.keyboard.press('Escape');
    if (studio.hasPageDialogs) {
      await page.keyboard.press('Control+o');
      await expect(studio.dialog('Open folder').getByRole('list')).toBeVisible();
      await expectNoBarriers(page, 'open folder');
      await page.keyboard.press('Escape');
    }

    await studio.openSample('Pipeline');
    await studio.run();
    await studio.injector.open();
    await studio.injector.aim('source');
    await studio.injector.field('count').fill('40000');
    await studio.injector.send();
    await studio.tab('Messages').click();
    await expect(studio.outputs.first()).toBeVisible();
    await studio.canvas.select('map');
    await expectNoBarriers(page, 'design');
    await studio.tab('Properties').click();
    await studio.tab('Palette').click();
    await studio.tab('Console').click();
    await expectNoBarriers(page, 'properties, palette, console');

    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'Go to actor, file, command' })).toBeVisible();
    await expectNoBarriers(page, 'command palette');
    await page.keyboard.press('Escape');

    await studio.showLayout('Code');
    const editor = await studio.openFile('map.cu');
    await editor.replaceAll('#include "pipeline.cuh"\nRING_KERNEL(map);\nRING_ON(map, Number) { msg.valeu; }\n');
    await editor.save();
    await expect(editor.banner).toContainText('is still running');
    await expectNoBarriers(page, 'code');

    await studio.showLayout('Monitor');
    await expect(studio.monitor.row('sink')).toBeVisible();
    await expectNoBarriers(page, 'monitor');
  });
}
