import { homedir } from 'node:os';
import { join } from 'node:path';

const product = 'ringstudio';

/** Where the studio keeps what must not be lost: drafts, settings, agreements. `RINGSTUDIO_STATE_DIR` overrides it. */
export function defaultStateDir(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const set = (name: string): string | undefined => env[name] || undefined;
  const chosen = set('RINGSTUDIO_STATE_DIR');
  if (chosen !== undefined) return chosen;
  if (platform === 'win32') return join(set('LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'), product, 'state');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', product);
  return join(set('XDG_STATE_HOME') ?? join(homedir(), '.local', 'state'), product);
}

/** Where samples are copied to and new projects are made. `RINGSTUDIO_PROJECTS_DIR` overrides it. */
export function defaultProjectsDir(env: Readonly<Record<string, string | undefined>>): string {
  return env['RINGSTUDIO_PROJECTS_DIR'] || join(homedir(), 'RingKernelStudio');
}
