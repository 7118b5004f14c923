// npm start: the studio. Everything after `--` goes to `ringstudio serve`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureRendererBuilt } from './build-renderer.mjs';
import { ensureSetUp, root } from './setup.mjs';

/** @param {string} line */
const note = (line) => void process.stderr.write(`${line}\n`);

try {
  await ensureSetUp();
  await ensureBuilt({ log: note });
  await ensureRendererBuilt({ log: note });
  const cli = join(root, 'dist', 'cli.js');
  const studio = spawn(process.execPath, [cli, 'serve', ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the studio too, which ends by itself once everything is kept.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => studio.kill(signal));
  process.exitCode = await new Promise((resolve, reject) => {
    studio.on('error', reject).on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
