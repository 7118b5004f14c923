import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeIcons } from './make-icons.mjs';

test('every platform gets its icons, as large as their names say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringstudio-icons-'));
  try {
    const files = await makeIcons(folder);
    const pngs = files.filter((file) => file.endsWith('.png'));
    expect(pngs.length).toBeGreaterThanOrEqual(8);
    for (const file of pngs) {
      const png = readFileSync(join(folder, file));
      // The first chunk of a PNG holds its width and height.
      expect(`icons/${png.readUInt32BE(16)}x${png.readUInt32BE(20)}.png`).toBe(file);
    }
    expect(readFileSync(join(folder, 'icon.icns')).subarray(0, 4).toString('latin1')).toBe('icns');
    expect([...readFileSync(join(folder, 'icon.ico')).subarray(0, 4)]).toEqual([0, 0, 1, 0]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
