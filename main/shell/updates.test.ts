import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageBoxOptions } from 'electron';
import { expect, test } from 'vitest';
import { Updates } from './updates.ts';

test('updates are off without a feed: nobody is asked, and whoever asks is told so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringstudio-updates-'));
  try {
    const shown: MessageBoxOptions[] = [];
    const ask = async (options: MessageBoxOptions) => {
      shown.push(options);
      return { response: 0, checkboxChecked: false };
    };
    const create = (isPackaged: boolean) =>
      new Updates({
        ...{ app: { isPackaged, getVersion: () => '0.1.0' }, resourcesPath: folder, ask, log: () => undefined },
      });
    const updates = create(true);
    updates.start();
    expect(shown).toEqual([]);
    await updates.check();
    expect(shown).toMatchObject([{ message: 'Updates are off.' }]);
    expect(shown[0]?.detail).toContain('version 0.1.0');

    writeFileSync(join(folder, 'app-update.yml'), 'provider: generic\n');
    expect(create(true).isOn).toBe(true);
    expect(create(false).isOn).toBe(false); // a checkout updates by git
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
