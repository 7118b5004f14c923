import { expectNoBarriers } from '../fixtures/barriers.ts';
import { expect, test } from '../fixtures/studio.fixture.ts';

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
