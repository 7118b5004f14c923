import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from '../host/package-root.ts';

export function productVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(import.meta.url), 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
