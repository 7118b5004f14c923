import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '../fixtures/studio.fixture.ts';

test('broken code leaves the last good version running until it is mended', async ({ host, studio, page }) => {
  const { injector } = studio;
  const report = injector.reply('MeanReport');
  await studio.openSample('Running mean');
  await studio.run();
  await injector.open();
  await injector.aim('mean', 'Reading');
  await injector.send();
  await injector.send();
  await injector.aim('mean', 'MeanQuery');
  const ask = async (mean: string, count: number): Promise<void> => {
    await injector.request();
    await expect(report.getByRole('listitem').filter({ hasText: 'mean' })).toContainText(mean);
    await expect(report.getByRole('listitem').filter({ hasText: 'count' })).toContainText(String(count));
  };
  await ask('20', 2);

  const good = readFileSync(join(host.ownProjectDir, 'running_mean.cu'), 'utf8');
  const answer = 'ctx.reply(MeanReport{mean_of(state), state.count});';
  const line = good.slice(0, good.indexOf(answer)).split('\n').length;
  const editor = await studio.openFile('running_mean.cu');
  await editor.replaceAll(good.replace(answer, 'ctx.reply(MeanReport{mean_of(state), state.cuont});'));
  await expect(studio.problem("no member named 'cuont'")).toContainText(`running_mean.cu:${line}`);
  await editor.save();
  await expect(editor.banner).toContainText(`r1 is still running. r2 has 1 error at line ${line}`);
  await ask('20', 2);

  await studio.problem("no member named 'cuont'").click();
  await expect(editor.text).toBeFocused();
  await editor.replaceAll(good.replace(answer, 'ctx.reply(MeanReport{mean_of(state) + 100.0f, state.count});'));
  await editor.save();
  await expect(studio.toast('running_mean.cu r3 runs')).toBeVisible();
  await expect(page.getByText('No problems')).toBeVisible();
  await expect(editor.banner).toBeHidden();
  await ask('120', 2);

  await editor.replaceAll(good.replace('  double sum;', '  double sum;\n  double product;'));
  await editor.save();
  await expect(editor.banner).toContainText('r3 is still running. r4 changes the layout of MeanState');
  await ask('120', 2);
  await editor.banner.getByRole('button', { name: 'Reset mean and load' }).click();
  const dialog = studio.dialog('Reset the state of mean?');
  await expect(dialog).toContainText('is lost');
  await dialog.getByRole('button', { name: 'Reset mean and load' }).click();
  await expect(studio.toast('running_mean.cu r4 runs')).toBeVisible();
  await ask('NaN', 0);
});
