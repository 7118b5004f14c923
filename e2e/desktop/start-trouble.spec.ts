import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '../fixtures/studio.fixture.ts';

const topology = JSON.stringify({
  version: 1,
  name: 'Moved',
  device: 'cpu',
  actors: [{ id: 'tally', kernel: 'tally', source: 't.cu' }],
});
const files = {
  'topology.ring.json': topology,
  't.cu':
    '#include <ring_kernel.cuh>\nstruct Vote { uint32_t weight = 1; };\nRING_KERNEL(tally);\nRING_ON(tally, Vote) {}\n',
};

test('a folder that was moved between two starts: the welcome room names it, and forgets it on demand', async ({
  desktop,
  host,
  studio,
}) => {
  const { app } = desktop;
  const dir = host.writeProject('moved', files);
  await studio.openFolder(dir);
  await expect(studio.page.getByRole('button', { name: 'Project Moved' })).toBeVisible();
  await app.chooseInMenu('File', 'Quit');
  await app.ended();
  renameSync(dir, `${dir}-elsewhere`);

  const page = await app.start();
  const banner = page.getByRole('main').getByRole('status').filter({ hasText: 'Moved is not open.' });
  await expect(banner).toContainText(`The project 'Moved' is not in '${dir}' any more`);
  await expect(page.getByRole('heading', { name: 'Ring Kernel Studio' })).toBeVisible();
  expect(page.url()).not.toContain('#/project/');
  await expect(banner.getByRole('button', { name: 'Open folder…' })).toBeVisible();
  await banner.getByRole('button', { name: 'Remove from the list' }).click();
  await expect(banner).toBeHidden();
  const start = page.getByRole('region', { name: 'Start', exact: true });
  await expect(start.getByText('No projects yet.')).toBeVisible();
});

test('a list of recent projects that is lost: the welcome room knows what was shown last, and opens it again', async ({
  desktop,
  host,
  studio,
}) => {
  const { app } = desktop;
  const dir = host.writeProject('moved', files);
  await studio.openFolder(dir);
  await expect(studio.page.getByRole('button', { name: 'Project Moved' })).toBeVisible();
  await app.chooseInMenu('File', 'Quit');
  await app.ended();
  writeFileSync(join(host.home, 'state', 'recent.json'), '[');

  const page = await app.start();
  const banner = page.getByRole('main').getByRole('status').filter({ hasText: 'Moved is not open.' });
  await expect(banner).toContainText(`It was in '${dir}'`);
  await banner.getByRole('button', { name: 'Open it again' }).click();
  await expect(page.getByRole('button', { name: 'Project Moved' })).toBeVisible();
  await expect(banner).toBeHidden();
});

test('a window that opens while there is no host says that it waits, and fills when the host is there', async ({
  desktop,
  host,
  studio,
}) => {
  const { app } = desktop;
  await expect(studio.page.getByRole('region', { name: 'Samples' }).getByRole('button').first()).toBeVisible();
  await host.kill();
  const page = await app.openWindow();
  const banner = page.getByRole('main').getByRole('status').filter({ hasText: 'The studio host does not answer.' });
  await expect(banner).toContainText('The studio waits for it');
  await host.restart();
  await expect(banner).toBeHidden();
  await expect(page.getByRole('region', { name: 'Samples' }).getByRole('button').first()).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'This machine' })).toContainText('CPU (simulated device)');
});
