import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './setup.mjs';
import { SlowestFirst, slowest } from './vitest-sequencer.mjs';

test('the files that are begun first are there', () => {
  expect(slowest.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('each project begins with its slowest files, and the others keep their order', async () => {
  const [processes, pure] = ['processes', 'pure'].map((name) => ({ name, config: { sequence: { groupOrder: 0 } } }));
  const spec = (/** @type {string} */ path, /** @type {unknown} */ project) => ({
    moduleId: join(root, path),
    project,
  });
  const [documents = '', device = ''] = slowest;
  const wanted = [
    spec(documents, processes),
    spec(device, processes),
    spec('main/b.test.ts', processes),
    spec('main/a.test.ts', processes),
    spec('app/testing/fake-device.test.ts', pure),
    spec('app/a.test.ts', pure),
  ];
  const given = [wanted[2], wanted[5], wanted[1], wanted[3], wanted[0], wanted[4]];
  const cache = { getFileTestResults: () => undefined, getFileStats: () => undefined };
  const sequencer = new SlowestFirst(/** @type {any} */ ({ config: { root }, cache }));
  expect(await sequencer.sort(/** @type {any} */ (given))).toEqual(wanted);
});
