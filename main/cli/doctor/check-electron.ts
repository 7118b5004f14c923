import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

import type { Finding } from './finding.ts';

/** What scripts/start/desktop-status.mjs prints. */
const statusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), path: z.string(), version: z.string() }),
  z.object({ state: z.literal('blocked'), path: z.string(), version: z.string(), reason: z.string() }),
  z.object({ state: z.literal('missing'), version: z.string(), reason: z.string().optional() }),
  z.object({ state: z.literal('unusable'), reason: z.string() }),
]);
type DesktopStatus = z.infer<typeof statusSchema>;

const PURPOSE = 'the studio in a window';
const LIMIT_MS = 10_000;

/**
 * In a checkout `npm start` decides about the window, so its own script is asked: the doctor then says the same. Elsewhere
 * Electron either runs this already or has no part in it.
 */
export async function checkElectron({ root, env }: { root: string; env: NodeJS.ProcessEnv }): Promise<Finding> {
  const name = 'Electron';
  // Electron's types have it everywhere; it is there where Electron runs.
  const { electron: own } = process.versions as Partial<NodeJS.ProcessVersions>;
  if (own !== undefined) return { name, status: 'ok', detail: `${own}: it runs this` };
  const script = join(root, 'scripts', 'start', 'desktop-status.mjs');
  if (!existsSync(script)) {
    return { name, status: 'absent', detail: `not part of this package: ${PURPOSE}; 'serve' shows it in a browser` };
  }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env, timeout: LIMIT_MS });
    return { name, ...describeStatus(statusSchema.parse(JSON.parse(stdout))) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { name, status: 'warning', detail: `could not be looked for: ${why}` };
  }
}

export function describeStatus(status: DesktopStatus): Omit<Finding, 'name'> {
  switch (status.state) {
    case 'ready':
      return { status: 'ok', detail: `${status.version} (${status.path}): ${PURPOSE}` };
    case 'blocked':
      return { status: 'warning', detail: `${status.version} (${status.path}): no window, ${status.reason}` };
    case 'missing':
      return {
        status: 'absent',
        detail:
          status.reason === undefined
            ? `not fetched yet: ${PURPOSE}; 'npm start' fetches ${status.version}`
            : `not fetched: no window, ${status.reason}`,
      };
    case 'unusable':
      return { status: 'warning', detail: `no window: ${status.reason}` };
  }
}
