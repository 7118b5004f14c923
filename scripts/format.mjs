import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureSetUp, root } from './setup.mjs';

await ensureSetUp();
// ESLint first: what it rewrites, Prettier lays out.
for (const [script, ...args] of [
  ['node_modules/eslint/bin/eslint.js', '.', '--fix'],
  ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level=warn', '.'],
  ['scripts/clang-format.mjs', '--write'],
]) {
  const { status } = spawnSync(process.execPath, [join(root, script ?? ''), ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
