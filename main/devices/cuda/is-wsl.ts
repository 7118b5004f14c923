import { readFile } from 'node:fs/promises';

/** Whether this is Linux under Windows, whose driver is Windows' own. */
export async function isWsl(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const version = await readFile('/proc/version', 'utf8').catch(() => '');
  return /microsoft/i.test(version);
}
