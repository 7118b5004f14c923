import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];

/**
 * A browser for the flows: the one that RINGSTUDIO_CHROMIUM names, one of the PATH, the one that Playwright has
 * downloaded, or Debian's, which is installed where that needs no question.
 *
 * @param {(line: string) => void} log
 * @returns {Promise<{ path: string } | { reason: string }>}
 */
export async function findChromium(log) {
  const found = await installedChromium();
  if (found !== undefined) return { path: found };
  if (process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get') !== undefined) {
    log('Installing Chromium (apt-get install chromium) ...');
    const install = () =>
      spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: ['ignore', 'ignore', 2] });
    if (install().status !== 0) {
      spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 2] });
      install();
    }
    const installed = onPath('chromium');
    if (installed !== undefined) return { path: installed };
  }
  return { reason: 'no Chromium was found: install it, or name one in RINGSTUDIO_CHROMIUM' };
}

async function installedChromium() {
  const named = process.env['RINGSTUDIO_CHROMIUM'];
  if (named !== undefined) return named;
  const system = names.map(onPath).find((path) => path !== undefined);
  if (system !== undefined) return system;
  const { chromium } = await import('@playwright/test');
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}

/** @param {string} name */
function onPath(name) {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, file))
    .find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
