import { expect, test } from '../fixtures/studio.fixture.ts';

test.use({ gpus: 'fake' });

const big = 'NVIDIA Fake 9000';
const laptop = 'NVIDIA Fake Laptop';

test('figures of GPUs, unknown ones with their reason, and the death of the process that reads them', async ({
  studio,
  nvml,
}) => {
  const { gpus } = studio;
  await studio.openSample('Vector add');
  await studio.showLayout('Monitor');
  await gpus.open();
  await expect(gpus.cell(big, 'Memory, GiB')).toHaveText(/^\d+\.\d \/ 80\.0$/);
  await expect(gpus.cell(big, 'Power, W')).toHaveText(/^\d+ \/ 700$/);
  await expect(gpus.cell(big, 'ECC, uncorrected')).toHaveText('0');
  await expect(gpus.cell(big, 'Held back by')).toHaveText('power limit, heat');
  await expect(gpus.figures(big)).toContainText('on, 3 corrected, 0 uncorrected');
  await expect(gpus.chart('Use')).toBeVisible();
  await expect(gpus.processes.getByRole('row', { name: /4242.*trainer.*compute, graphics.*1\.0 GiB/ })).toBeVisible();
  await expect(gpus.processes.getByRole('row', { name: /4243.*unknown.*compute.*unknown/ })).toBeVisible();

  await expect(gpus.cell(laptop, 'Use, %')).toHaveText('unknown');
  await expect(gpus.cell(laptop, 'Memory, GiB')).toHaveText('1.0 / 8.0');
  await gpus.choose(laptop);
  const figures = gpus.figures(laptop);
  await expect(figures.getByText('unknown: not supported by this GPU').first()).toBeVisible();
  await expect(gpus.chart('Memory')).toBeVisible();
  await expect(gpus.chart('Power')).toBeHidden();

  nvml.behave('crash');
  await expect(gpus.stale).toContainText('The process that reads NVML was ended by SIGSEGV. Another one begins');
  await expect(gpus.cell(laptop, 'Memory, GiB')).toHaveText('1.0 / 8.0');
  nvml.behave('well');
  await expect(gpus.stale).toBeHidden();
  await expect(gpus.cell(big, 'Power, W')).toHaveText(/^\d+ \/ 700$/);
});
