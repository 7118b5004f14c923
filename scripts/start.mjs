import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureSetUp, root } from './setup.mjs';

try {
  await ensureSetUp();
  await ensureBuilt({ log: (line) => process.stderr.write(`${line}\n`) });
  const cli = join(root, 'dist', 'cli.js');
  if (!existsSync(cli)) throw new Error('There is nothing to start yet: main/cli/main.ts does not exist.');
  const tour = spawnSync(process.execPath, [cli, 'tour', ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = tour.status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
