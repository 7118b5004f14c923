import { homedir } from 'node:os';
import { join } from 'node:path';

const product = 'ring-kernel-studio';

/** Where the platform keeps what can be made again; `RINGSTUDIO_CACHE_DIR` overrides it. */
export function defaultCacheDir(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const set = (name: string): string | undefined => env[name] || undefined;
  const chosen = set('RINGSTUDIO_CACHE_DIR');
  if (chosen !== undefined) return join(chosen, 'compile');
  if (platform === 'win32') return join(set('LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'), product, 'compile');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', product, 'compile');
  return join(set('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), product, 'compile');
}
