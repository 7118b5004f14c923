import { expect, test } from '../fixtures/studio.fixture.ts';

test.use({ gpus: 'driver' });

const counter = `#include <ring_kernel.cuh>

struct Add {
  uint32_t n = 1;
};
struct Break {};
struct Sum {
  uint64_t sum;
};

RING_KERNEL(counter, Sum);

RING_ON(counter, Add) {
  state.sum += msg.n;
  ctx.reply(state);
}
RING_ON(counter, Break) { __trap(); }
`;
const topology = JSON.stringify({
  version: 1,
  name: 'On a GPU',
  actors: [{ id: 'counter', kernel: 'counter', source: 'counter.cu' }],
});

test('actors run on the GPU that is chosen, take new code there, and come back after it was lost', async ({
  host,
  studio,
  page,
}) => {
  test.slow(); // each version of the kernel is compiled three times: by Clang, and by the stand-in's compiler
  const { injector } = studio;
  await studio.openFolder(host.writeProject('gpu', { 'topology.ring.json': topology, 'counter.cu': counter }));
  await page.getByRole('button', { name: 'Device: CPU (simulated)' }).click();
  await page.getByRole('menuitemradio', { name: 'CUDA: Stand-in GPU 0' }).click();
  await page.keyboard.press('F5');
  const consent = studio.dialog('Run the kernels of this project?');
  await expect(consent).toContainText('on the GPU, which is no sandbox');
  await consent.getByRole('button', { name: 'Run these kernels' }).click();
  await studio.expectRunState('Running');
  await expect(studio.statusBar).toContainText('CUDA, Stand-in GPU 0');
  await expect(page.getByText('Restart to apply')).toBeHidden(); // nothing of the document is another one
  await injector.open();
  await injector.aim('counter');
  await injector.request();
  await expect(injector.reply('Sum')).toContainText('1');

  const editor = await studio.openFile('counter.cu');
  await editor.replaceAll(counter.replace('+= msg.n', '+= 100 * msg.n'));
  await editor.save();
  await expect(studio.statusBar).toContainText('counter.cu r2 loaded');
  await injector.request();
  await expect(injector.reply('Sum')).toContainText('101');

  await injector.aim('counter', 'Break');
  await injector.send();
  await studio.tab('Console').click();
  await expect(page.getByText('Run 1 goes on in a new process, with fresh states')).toBeVisible();
  await expect(page.getByText('Run 1 has lost GPU 0: counter#0: trap at counter.cu:17')).toBeVisible();
  await expect(page.getByText('In hand, and a dead letter now: Break')).toBeVisible();
  await studio.expectRunState('Running');
  await injector.open();
  await injector.aim('counter', 'Add');
  await injector.request();
  await expect(injector.reply('Sum')).toContainText('100');
});
