import { expect, test } from '../fixtures/studio.fixture.ts';

const COUNT = 200;
const HOPS = 400_000;
/** More than the ring will get to. */
const ENDLESS = '4000000000';

/** Each hop takes 5 µs of the device, so that the host has its turns. */
const hop = `#include <ring_kernel.cuh>

struct Token {
  uint32_t hops = ${HOPS};
};

RING_KERNEL(hop);
RING_OUTPUT(hop, next, Token);

RING_ON(hop, Token) {
  const uint64_t until = ctx.now() + 5000;
  while (ctx.now() < until) {
  }
  if (msg.hops > 1) ctx.emit(next, Token{msg.hops - 1});
}
`;

const name = (index: number): string => `hop_${String(index % COUNT).padStart(3, '0')}`;

const topology = JSON.stringify({
  version: 1,
  name: 'Ring of 200',
  device: 'cpu',
  actors: Array.from({ length: COUNT }, (_, index) => ({ id: name(index), kernel: 'hop', source: 'hop.cu' })),
  channels: Array.from({ length: COUNT }, (_, index) => ({ from: `${name(index)}.next`, to: name(index + 1) })),
});

test('two hundred actors run after consent, are found, and are counted to the last message', async ({
  host,
  studio,
  page,
}) => {
  const { canvas, injector, monitor } = studio;
  await studio.openFolder(host.writeProject('ring', { 'topology.ring.json': topology, 'hop.cu': hop }));
  await page.keyboard.press('F5');
  const consent = studio.dialog('Run the kernels of this project?');
  await expect(consent).toContainText('200 actors');
  await expect(consent).toContainText('hop.cu');
  await consent.getByRole('button', { name: 'Do not run' }).click();
  await studio.expectRunState('Stopped');
  await studio.runAfterConsent();
  await expect(studio.statusBar).toContainText('200 running');

  await injector.open();
  await injector.aim(name(0));
  await injector.field('hops').fill(ENDLESS);
  await injector.send();
  await expect(studio.statusBar).toContainText(/[1-9][\d.]*( k)? msgs\/s/);

  await canvas.canvas.focus();
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: 'Find an actor' }).fill(name(173));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(canvas.actor(name(173))).toBeInViewport();
  await expect(canvas.actor(name(173))).toContainText(/[1-9][\d.]*( k)? \/s/);

  await studio.showLayout('Monitor');
  await expect(monitor.table).toHaveAttribute('aria-rowcount', String(COUNT + 1));
  await expect(page.getByRole('group', { name: /^Throughput/ })).toContainText(/Now: .*[1-9]/);
  await monitor.filter.fill(name(42));
  await expect(monitor.table).toHaveAttribute('aria-rowcount', '2');
  await expect(monitor.cell(name(42), 'Rate, messages/s')).toHaveText(/[1-9]/);

  await studio.stop();
  await studio.run();
  await studio.showLayout('Design');
  await injector.open();
  await injector.field('hops').fill(String(HOPS));
  await injector.send();
  await studio.showLayout('Monitor');
  await expect(page.getByText('400,000 processed')).toBeVisible();
  await expect(page.getByText('0 dropped')).toBeVisible();
  await expect(monitor.cell(name(42), 'Sent')).toHaveText('2,000');
  await expect(monitor.cell(name(42), 'Queue depth')).toContainText('0');
  await monitor.filter.fill(name(COUNT - 1));
  await expect(monitor.cell(name(COUNT - 1), 'Sent')).toHaveText('1,999'); // the last hop is here
});
