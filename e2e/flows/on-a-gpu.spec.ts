import { expectNoBarriers } from '../fixtures/barriers.ts';
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

const mean = `#include <ring_kernel.cuh>

struct Reading {
  float value;
  uint32_t slip = 0;
};
struct Mean {
  float mean;
  uint64_t count;
};

RING_KERNEL(mean, Mean);
RING_OUTPUT(mean, means, Mean);

RING_ON(mean, Reading) {
  state.count += 1;
  state.mean += (msg.value - state.mean) / state.count;
  Mean out = state;
#if defined(RING_DEVICE_CPU)
  if (msg.slip == 1) out.mean += 0.25f;
  if (msg.slip == 2) __trap();
#endif
  ctx.emit(means, out);
}
`;
const readings = (...slips: readonly number[]): string =>
  slips.map((slip, index) => `${JSON.stringify({ message: { value: index + 1, slip } })}\n`).join('');

test('the CPU and the GPU are compared: they agree, differ in a field, within a tolerance, and where one fails', async ({
  host,
  studio,
  page,
}) => {
  test.slow();
  const { comparison } = studio;
  const files = {
    'topology.ring.json': JSON.stringify({ version: 1, actors: [{ id: 'mean', kernel: 'mean', source: 'mean.cu' }] }),
    'mean.cu': mean,
    'equal.jsonl': readings(0, 0, 0),
    'rounds.jsonl': readings(0, 1, 1),
    'traps.jsonl': readings(0, 2),
  };
  await studio.openFolder(host.writeProject('compared', files));
  await studio.command('Compare CPU and GPU');
  await comparison.choose('equal.jsonl');
  await comparison.start();
  const consent = studio.dialog('Run the kernels of this project?');
  await expect(consent).toContainText('on the GPU, which is no sandbox');
  await consent.getByRole('button', { name: 'Run these kernels' }).click();
  await expect(comparison.result).toContainText('CPU and GPU agree');
  await expect(comparison.result).toContainText('3 messages sent from equal.jsonl');

  await comparison.choose('rounds.jsonl');
  await comparison.start();
  await expect(comparison.result).toContainText('CPU and GPU differ: 2 differences in 1 place');
  await comparison.differences.focus();
  await page.keyboard.press('ArrowDown');
  await expect(comparison.detail).toContainText('mean#0 means [1]');
  await comparison.detail.getByRole('button', { name: 'Allow mean to differ by 0.25' }).click();
  await expect(comparison.result).toContainText('CPU and GPU agree');
  await expectNoBarriers(page, 'a comparison that agrees within a tolerance');

  await comparison.choose('traps.jsonl');
  await comparison.start();
  await expect(comparison.result).toContainText('CPU and GPU differ');
  await expect(comparison.failures).toContainText('CPU: mean#0 failed: trap');
  await expectNoBarriers(page, 'a comparison with a failure');
  const saved = await studio.download(() => comparison.save());
  expect(
    saved
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(
    expect.arrayContaining([
      { at: 'failed: mean#0', cpu: 'trap', cuda: null },
      expect.objectContaining({ order: 'as it came', failed: ['cpu'] }),
    ]),
  );
  await comparison.failures.getByRole('button', { name: 'mean.cu:21' }).click();
  await expect(studio.editor('mean.cu').lines).toBeVisible();

  await page.getByRole('button', { name: 'Device: CPU (simulated)' }).click();
  await page.getByRole('menuitemradio', { name: 'CUDA: Stand-in GPU 0' }).click();
  await studio.run();
  await studio.command('Compare CPU and GPU');
  await comparison.start();
  await expect(comparison.room).toContainText('GPU 0 is in use by this process already');
  await comparison.room.getByRole('button', { name: 'Stop all actors' }).click();
  await studio.expectRunState('Stopped');
});
