import { expect, test } from '../fixtures/studio.fixture.ts';

const COUNT = 10_000;
const SAVES = 5;

const source = (version: number): string => `#include <ring_kernel.cuh>

struct Work {};
struct Done {
  uint32_t version;
  uint64_t count;
};
struct Count {
  uint64_t count;
};

RING_KERNEL(worker, Count);
RING_OUTPUT(worker, results, Done);

RING_ON(worker, Work) {
  state.count += 1;
  ctx.emit(results, Done{${version}, state.count});
}
`;

const topology = JSON.stringify({
  version: 1,
  name: 'Hot',
  device: 'cpu',
  actors: [{ id: 'worker', kernel: 'worker', source: 'worker.cu' }],
});

test('ten thousand messages meet five saves, and none is lost, doubled or out of order', async ({
  host,
  studio,
  page,
}) => {
  const { injector } = studio;
  await studio.openFolder(host.writeProject('hot', { 'topology.ring.json': topology, 'worker.cu': source(1) }));
  await studio.runAfterConsent();
  await injector.open();
  await injector.aim('worker');
  await injector.repeat.fill(String(COUNT));
  await page.getByRole('textbox', { name: 'Rate' }).fill('800'); // long enough for the saves on a slow machine
  const editor = await studio.openFile('worker.cu');
  await injector.send();
  for (let version = 2; version <= SAVES + 1; version++) {
    await editor.replaceAll(source(version));
    await editor.save();
    await expect(studio.statusBar).toContainText(`worker.cu r${version} loaded`);
  }
  await studio.tab('Messages').click();
  await expect(page.getByText('10,000 outputs')).toBeVisible();
  const all = page.getByRole('button', { name: 'Save 10,000 rows as JSON lines' });
  const older = page.getByRole('button', { name: 'Load older' });
  await expect(async () => {
    if (await older.isVisible()) await older.click();
    await expect(all).toBeVisible({ timeout: 500 });
  }).toPass();
  const rows = linesOf(await studio.download(() => all.click()));
  expect(rows.map(({ message }) => Number(message.count))).toEqual(Array.from({ length: COUNT }, (_, at) => at + 1));
  const versions = rows.map(({ message }) => message.version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b)); // never an old function after a new one
  expect(new Set(versions)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
});

interface Row {
  readonly message: { readonly version: number; readonly count: number | string };
}

function linesOf(text: string): readonly Row[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}
