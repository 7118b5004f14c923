import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package that `moduleUrl` (an `import.meta.url`) belongs to, run from source or from dist/. */
export function packageRoot(moduleUrl: string): string {
  let folder = dirname(fileURLToPath(moduleUrl));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${moduleUrl}`);
    folder = parent;
  }
  return folder;
}

/** What the compiler needs of the package (CompilerOptions in main/compile/compiler.ts). */
export function compilerFiles(root: string): { processPath: string; kernelsDir: string; buildId: string } {
  return {
    processPath: join(root, 'dist', 'compiler.process.js'),
    kernelsDir: join(root, 'kernels'),
    buildId: readBuildId(root),
  };
}

/** The hash of the sources that dist/ was built from. */
function readBuildId(root: string): string {
  try {
    const stamp = JSON.parse(readFileSync(join(root, 'dist', 'build.json'), 'utf8')) as { hash?: string };
    return stamp.hash ?? '';
  } catch {
    return '';
  }
}
