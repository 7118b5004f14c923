import { expect, test } from '../fixtures/studio.fixture.ts';

const divide = `#include <ring_kernel.cuh>

struct Share {
  int32_t parts = 0;
};
struct Part {
  int32_t size;
};

RING_KERNEL(divide);

RING_ON(divide, Share) {
  ctx.reply(Part{100 / msg.parts});
}
`;

const overrun = `#include <ring_kernel.cuh>

struct Look {
  int32_t at = 7;
};
struct Seen {
  int32_t value;
  int32_t looks;
};
struct Table {
  int32_t values[4];
  int32_t looks;
};

RING_KERNEL(overrun, Table);

RING_ON(overrun, Look) {
  state.looks += 1;
  ctx.reply(Seen{state.values[msg.at], state.looks});
}
`;

const steady = `#include <ring_kernel.cuh>

struct Beat {};
struct Beats {
  uint64_t count;
};

RING_KERNEL(steady, Beats);

RING_ON(steady, Beat) {
  state.count += 1;
  ctx.reply(state);
}
`;

const topology = JSON.stringify({
  version: 1,
  name: 'Faults',
  device: 'cpu',
  actors: ['divide', 'overrun', 'steady'].map((id) => ({ id, kernel: id, source: `${id}.cu` })),
});

test('two actors fault, a third goes on, and both are revived', async ({ host, studio, page }) => {
  const { canvas, injector, monitor } = studio;
  const files = { 'topology.ring.json': topology, 'divide.cu': divide, 'overrun.cu': overrun, 'steady.cu': steady };
  await studio.openFolder(host.writeProject('faults', files));
  await studio.runAfterConsent();
  await injector.open();
  await injector.aim('steady');
  await injector.request();
  await expect(injector.reply('Beats')).toContainText('1');
  await injector.aim('divide');
  await injector.request();
  await expect(studio.toast('divide faulted')).toBeVisible();
  await injector.aim('overrun');
  await injector.send();
  await expect(studio.toast('overrun faulted')).toBeVisible();

  await expect(studio.problem('divide#0 failed')).toContainText('divide.cu:13');
  await expect(studio.problem('overrun#0 failed')).toContainText("index 7 is out of bounds for 'int32_t[4]'");
  await expect(studio.problem('overrun#0 failed')).toContainText('overrun.cu:19');
  await expect(canvas.actor('divide')).toContainText('divide by zero, line 13');
  await expect(canvas.actor('overrun')).toContainText('out of bounds, line 19');
  await expect(studio.statusBar).toContainText('1 running, 2 faulted');
  await injector.aim('steady');
  await injector.request();
  await expect(injector.reply('Beats')).toContainText('2');

  await studio.showLayout('Monitor');
  await expect(monitor.cell('divide', 'State')).toHaveText('Faulted');
  await expect(monitor.cell('steady', 'State')).toHaveText('Running');
  await expect(monitor.alert('divide faulted')).toContainText('divide.cu line 13');
  await expect(monitor.alert('overrun faulted')).toContainText('overrun.cu line 19');
  await monitor.alert('overrun faulted').getByRole('button', { name: 'Go to line' }).click();
  const editor = studio.editor('overrun.cu');
  await expect(editor.text).toBeFocused();
  await page.keyboard.insertText('// here: ');
  await editor.expectText('// here: ctx.reply(Seen{state.values[msg.at]');

  await studio.tab('Actors').click();
  await monitor.alert('divide faulted').getByRole('button', { name: 'Restart fresh' }).click();
  await expect(monitor.cell('divide', 'State')).toHaveText('Running');
  await monitor.alert('overrun faulted').getByRole('button', { name: 'Restart fresh' }).click();
  await expect(monitor.cell('overrun', 'State')).toHaveText('Running');
  await expect(studio.statusBar).toContainText('3 running');
  await studio.showLayout('Design');
  await injector.open();
  await injector.aim('overrun');
  await injector.field('at').fill('3');
  await injector.request();
  await expect(injector.reply('Seen').getByRole('listitem').filter({ hasText: 'looks' })).toContainText('1');
  await injector.aim('divide');
  await injector.field('parts').fill('4');
  await injector.request();
  await expect(injector.reply('Part')).toContainText('25');
});
