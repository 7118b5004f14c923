import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

test('a log has times, goes on where it was, and does not grow for ever', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringstudio-log-'));
  try {
    const logs = join(folder, 'logs');
    new LogFile(logs).write('first');
    const log = new LogFile(logs);
    log.write('second');
    expect(readFileSync(log.path, 'utf8')).toMatch(/^\S+Z first\n\S+Z second\n$/);
    for (let line = 0; line < 12; line++) log.write('x'.repeat(1_000_000));
    expect(statSync(log.path).size).toBeLessThan(7_000_000);
    expect(statSync(join(logs, 'studio.old.log')).size).toBeLessThan(7_000_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a log that cannot be written is no reason to stop', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringstudio-log-'));
  try {
    writeFileSync(join(folder, 'file'), '');
    const log = new LogFile(join(folder, 'file', 'logs'));
    expect(() => log.write('anything')).not.toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
