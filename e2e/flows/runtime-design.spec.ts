import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Topology } from '../../app/model/topology/topology.ts';
import { expect, test } from '../fixtures/studio.fixture.ts';

test.setTimeout(240_000); // the first compile of a sample

test('policies and supervisors are set in the designer, hold in a run, and can all be undone', async ({
  host,
  studio,
  page,
}) => {
  const { canvas } = studio;
  await studio.openSample('Pipeline');
  await expect(canvas.actors).toHaveCount(4);
  await expect(studio.explorer.getByText('Generate')).toBeVisible({ timeout: 90_000 }); // all is compiled
  await expect(studio.explorer.getByText('Total')).toBeVisible({ timeout: 90_000 });
  const file = join(host.ownProjectDir, 'topology.ring.json');
  const before = JSON.parse(readFileSync(file, 'utf8')) as Topology;
  const saved = async (): Promise<Topology> => {
    await page.keyboard.press('Control+Shift+s');
    await expect(studio.explorer.getByRole('img', { name: 'unsaved' })).toBeHidden();
    return JSON.parse(readFileSync(file, 'utf8')) as Topology;
  };

  await canvas.select('sink');
  const whenFull = page.getByRole('combobox', { name: 'When full' });
  for (const [label, note] of [
    ['Reject message', 'A host send fails'],
    ['Drop newest', 'The new message is gone'],
    ['Dead letter', 'The new message becomes a dead letter'],
    ['Drop oldest', 'The oldest message makes room'],
  ] as const) {
    await whenFull.selectOption({ label });
    await expect(whenFull).toHaveAccessibleDescription(new RegExp(note));
  }
  await page.getByRole('combobox', { name: 'Supervisor' }).selectOption('New supervisor');
  const guard = page.getByRole('group', { name: 'Supervisor supervisor', exact: true });
  await expect(guard.getByRole('button', { name: 'supervisor', exact: true })).toBeFocused();
  await guard.getByRole('textbox', { name: 'Name' }).fill('guard');
  await page.keyboard.press('Enter');

  const renamed = page.getByRole('group', { name: 'Supervisor guard', exact: true });
  await renamed.getByRole('combobox', { name: 'Strategy' }).selectOption('Rest for one');
  await renamed.getByRole('combobox', { name: 'Add a child to guard' }).selectOption('filter');
  await renamed.getByRole('button', { name: 'Move filter up' }).click();
  await renamed.getByRole('textbox', { name: 'Restarts' }).fill('5');
  await renamed.getByRole('textbox', { name: 'First wait' }).fill('20000');
  await expect(renamed.getByText('The longest wait is 10000 ms.')).toBeVisible();
  await renamed.getByRole('textbox', { name: 'First wait' }).fill('10');
  await page.keyboard.press('Enter');
  const group = await saved();
  expect(group.actors.find(({ id }) => id === 'sink')?.queue?.overflow).toBe('dropOldest');
  expect(group.supervisors).toEqual([
    {
      id: 'guard',
      strategy: 'rest-for-one',
      children: ['filter', 'sink'],
      maxRestarts: 5,
      backoff: { minMs: 10 },
    },
  ]);
  await expect(canvas.canvas.getByRole('group', { name: /^filter, .*watched by guard$/ })).toBeVisible();

  await studio.run();
  await expect(studio.statusBar).toContainText('4 running');
  await studio.stop();

  const undo = page.getByRole('button', { name: /^Undo/ });
  while (await undo.isEnabled()) await undo.click();
  expect({ ...(await saved()), types: before.types }).toEqual(before);
});

test('a channel leads by key, an actor listens to topics, and the file says so', async ({ host, studio, page }) => {
  const { canvas } = studio;
  await studio.openSample('Pipeline');
  await expect(canvas.actors).toHaveCount(4);
  await expect(studio.explorer.getByText('Generate')).toBeVisible({ timeout: 90_000 }); // all is compiled
  await expect(studio.explorer.getByText('Total')).toBeVisible({ timeout: 90_000 });
  const saved = async (): Promise<Topology> => {
    await page.keyboard.press('Control+Shift+s');
    await expect(studio.explorer.getByRole('img', { name: 'unsaved' })).toBeHidden();
    return JSON.parse(readFileSync(join(host.ownProjectDir, 'topology.ring.json'), 'utf8')) as Topology;
  };

  await canvas.select('filter');
  await page.getByRole('textbox', { name: 'Instances' }).fill('2');
  await page.keyboard.press('Enter');
  await expect(canvas.canvas.getByText('in turn')).toHaveCount(2);

  const topic = page.getByRole('textbox', { name: 'Subscribe to' });
  await topic.fill('sensors/#/heat');
  await expect(topic).toHaveAccessibleDescription(/nothing can follow it/);
  await topic.fill('sensors/*/heat');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Topics of filter' })).toContainText('sensors/*/heat');

  await canvas.select('map');
  await page
    .getByRole('region', { name: 'Ports' })
    .getByRole('button', { name: 'filter', exact: true })
    .first()
    .click();
  const instances = page.getByRole('combobox', { name: 'Instances' });
  await instances.selectOption('By key');
  await page.getByRole('combobox', { name: 'Key' }).selectOption('value');
  await expect(canvas.canvas.getByText('by value')).toBeVisible();
  const written = await saved();
  expect(written.channels?.find(({ from }) => from === 'map.numbers')).toEqual({
    from: 'map.numbers',
    to: 'filter',
    routing: { key: 'value' },
  });
  expect(written.subscriptions).toEqual([{ topic: 'sensors/*/heat', to: 'filter' }]);

  await studio.run();
  await expect(studio.statusBar).toContainText('4 running');
  await studio.stop();
});

test('a generator and a sink are added, connected, set up, run and undone, by pointer and by keyboard', async ({
  host,
  studio,
  page,
}) => {
  const { canvas } = studio;
  await studio.openSample('Weather station');
  await expect(canvas.actors).toHaveCount(3);
  await expect(studio.explorer.getByText('Reading')).toBeVisible({ timeout: 90_000 }); // all is compiled
  const file = join(host.ownProjectDir, 'topology.ring.json');
  const before = JSON.parse(readFileSync(file, 'utf8')) as Topology;

  await page.getByRole('button', { name: 'Palette' }).first().click();
  await canvas.dropHere(page.getByRole('button', { name: 'Add a generator' }), { x: 240, y: 320 });
  await expect(canvas.actor('generator')).toHaveAccessibleName(/generator on the host, Leads nowhere\.$/);
  await canvas.beginDrag(canvas.output('generator', 'out'), canvas.input('station', 'Reading'));
  await canvas.drop();
  await expect(canvas.channel('generator.out', 'station')).toBeVisible();
  const celsius = page.getByRole('group', { name: 'celsius' });
  await celsius.getByRole('combobox').selectOption('Uniform');
  await celsius.getByRole('textbox', { name: 'Largest' }).fill('warm');
  await expect(celsius.getByText('Use a number.')).toBeVisible();
  await celsius.getByRole('textbox', { name: 'Largest' }).fill('30');
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: 'sensor' }).getByRole('combobox').selectOption('Always');
  await page.getByRole('textbox', { name: 'Messages' }).fill('50');
  await page.keyboard.press('Enter');

  await page.getByRole('button', { name: 'Add a sink' }).press('Enter');
  await canvas.select('station');
  await page.getByRole('combobox', { name: 'Connect station.summaries to' }).selectOption('sink');
  await canvas.select('sink');
  await page.getByRole('textbox', { name: 'File' }).fill('log.txt');
  await expect(page.getByText('The path does not end in one of')).toBeVisible();
  await page.getByRole('textbox', { name: 'File' }).fill('summaries.csv');
  await page.keyboard.press('Enter');
  await studio.problem("'sink' would write summaries.csv").click();
  await expect(canvas.actor('sink')).toBeFocused();
  await page.getByRole('textbox', { name: 'File' }).fill('more.jsonl');
  await page.keyboard.press('Enter');
  await expect(canvas.actor('sink')).toHaveAccessibleName('sink, stopped, sink on the host');

  await studio.run();
  await expect(canvas.actor('generator')).toHaveAccessibleName(/^generator, done/);
  await expect(canvas.actor('generator').getByText('50 sent')).toBeVisible();
  await studio.stop();
  await page.keyboard.press('Control+Shift+s');
  const saved = (): unknown => (JSON.parse(readFileSync(file, 'utf8')) as Topology).hosts?.slice(2);
  await expect.poll(saved).toMatchObject([
    {
      ...{ id: 'generator', host: 'generator', message: { sensor: 0 }, rateHz: 100, count: 50 },
      fields: { celsius: { kind: 'uniform', min: 0, max: 30 } },
    },
    { id: 'sink', host: 'sink', file: 'more.jsonl' },
  ]);

  const undo = page.getByRole('button', { name: /^Undo/ });
  while (await undo.isEnabled()) await undo.click();
  await expect(canvas.actors).toHaveCount(before.actors.length + (before.hosts?.length ?? 0));
});

test('a finding about a supervisor leads to it', async ({ host, studio, page }) => {
  await studio.openSample('Pipeline');
  await expect(studio.canvas.actors).toHaveCount(4);
  const file = join(host.ownProjectDir, 'topology.ring.json');
  const topology = JSON.parse(readFileSync(file, 'utf8')) as Topology;
  const supervisors = ['guard', 'other'].map((id) => ({ id, strategy: 'one-for-all', children: ['sink'] }));
  writeFileSync(file, JSON.stringify({ ...topology, supervisors }, null, 2));
  await studio.problem("'sink' is a child of 'guard' already.").click();
  const other = page.getByRole('group', { name: 'Supervisor other', exact: true });
  await expect(other.getByRole('button', { name: 'other', exact: true })).toBeFocused();
  await expect(other.getByRole('combobox', { name: 'Strategy' })).toHaveValue('one-for-all');
});
