import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export function clangVersion(): string {
  const bundle = createRequire(import.meta.url).resolve('@yowasp/clang');
  const manifest = JSON.parse(readFileSync(join(dirname(bundle), '..', 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
