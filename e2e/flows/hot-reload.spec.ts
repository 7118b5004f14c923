import { expect, test } from '../fixtures/studio.fixture.ts';

const COUNT = 1_000_000; // more than the saves last: the burst is cancelled
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

test('messages in flight meet five saves, and none is lost, doubled or out of order', async ({
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
  await page.getByRole('textbox', { name: 'Rate' }).fill('100');
  const editor = await studio.openFile('worker.cu');
  await injector.send();
  const burst = injector.burst('Work');
  const sent = async (): Promise<number> => leadingNumber(await burst.getByText(/ of 1,000,000/).innerText());
  for (let version = 2; version <= SAVES + 1; version++) {
    await editor.replaceAll(source(version));
    await editor.save();
    await expect(studio.statusBar).toContainText(`worker.cu r${version} loaded`);
    const before = await sent();
    await expect.poll(sent).toBeGreaterThan(before); // the burst goes on with the new function
  }
  await burst.getByRole('button', { name: 'Cancel' }).click();
  await expect(burst).toContainText('cancelled');
  const count = await sent();
  await studio.tab('Messages').click();
  const shown = count.toLocaleString('en');
  await expect(page.getByText(`${shown} outputs`)).toBeVisible();
  const all = page.getByRole('button', { name: `Save ${shown} rows as JSON lines` });
  const older = page.getByRole('button', { name: 'Load older' });
  await expect(async () => {
    if (await older.isVisible()) await older.click();
    await expect(all).toBeVisible({ timeout: 500 });
  }).toPass();
  const rows = linesOf(await studio.download(() => all.click()));
  expect(rows.map(({ message }) => Number(message.count))).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  const versions = rows.map(({ message }) => message.version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b)); // never an old function after a new one
  expect(new Set(versions)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
});

interface Row {
  readonly message: { readonly version: number; readonly count: number | string };
}

/** Of `12,345 of …`. */
function leadingNumber(text: string): number {
  return Number(text.split(' ', 1)[0]!.replaceAll(',', ''));
}

function linesOf(text: string): readonly Row[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}
