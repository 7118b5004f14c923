#!/usr/bin/env node
// From a clone this brings dependencies and dist/ up to date first, so that a checkout or an edit needs no other
// command; an installed package has no scripts/ and starts at once. Nothing here has dependencies: they may be absent.
import { existsSync } from 'node:fs';

const scripts = new URL('../scripts/', import.meta.url);
const cli = new URL('../dist/cli.js', import.meta.url);

try {
  if (existsSync(new URL('setup.mjs', scripts))) {
    const [{ ensureSetUp }, { ensureBuilt }] = await Promise.all([
      import(new URL('setup.mjs', scripts).href),
      import(new URL('build.mjs', scripts).href),
    ]);
    await ensureSetUp();
    await ensureBuilt();
  }
  if (!existsSync(cli)) throw new Error('dist/cli.js is missing: this copy of ring-kernel-studio is incomplete.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  // EX_SOFTWARE: apart from the command line's own exit codes, which speak of the user's program.
  process.exit(70);
}
await import(cli.href);
