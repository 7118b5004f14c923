// npm start: the studio in its window, or in the browser. `npm start -- --help` says what it takes.
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureNativeBuilt } from './build-native.mjs';
import { ensureRendererBuilt } from './build-renderer.mjs';
import { ensureSetUp, root } from './setup.mjs';
import { help, parseStart } from './start/arguments.mjs';
import { Cancelled, openDesktop } from './start/open-desktop.mjs';
import { runToEnd } from './start/run-to-end.mjs';

/** @param {string} line */
const note = (line) => void process.stderr.write(`${line}\n`);

// npm starts scripts in the package's folder; a relative path was meant from where npm was called.
const cwd = (process.env['npm_lifecycle_event'] === 'start' && process.env['INIT_CWD']) || process.cwd();
try {
  process.exitCode = await start(parseStart(process.argv.slice(2), cwd));
} catch (error) {
  note(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof Cancelled ? error.exitCode : 1;
}

/** @param {import('./start/arguments.mjs').StartRequest} request */
async function start(request) {
  if (request.kind === 'error') {
    note(`error: ${request.message}`);
    return 2;
  }
  if (request.kind === 'help') {
    process.stdout.write(help);
    return 0;
  }
  await ensureSetUp();
  await ensureBuilt({ log: note });
  await ensureRendererBuilt({ log: note });
  const native = await ensureNativeBuilt({ log: note });
  // What is missing for it is for the doctor to say: everything works without.
  if (native.status === 'failed') note(`The native addon was not built: ${native.reason}`);
  if (request.note !== undefined) note(request.note);
  if (request.kind === 'desktop') {
    const outcome = await openDesktop({ root, env: process.env, request });
    if (outcome.kind === 'ended') return outcome.exitCode;
    note(`No desktop window, the browser instead: ${outcome.reason}`);
  }
  const cli = join(root, 'dist', 'cli.js');
  const { exitCode, problem } = await runToEnd(process.execPath, [cli, 'serve', ...(request.serveArgs ?? [])]);
  if (problem !== undefined) throw problem;
  return exitCode;
}
