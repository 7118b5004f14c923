import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../setup.mjs';
import { packageFolderOf } from './bundled-packages.mjs';

/**
 * @typedef {{ entryPoints: Readonly<Record<string, string>>, outDir: string, format: 'esm' | 'cjs',
 *   external: readonly string[] }} Program
 *   external: packages that are beside the bundle when it runs
 */

/** Extras of `ws` (speed) and of `debug` (colours), which go on without them, whether or not they are installed here. */
const absent = ['bufferutil', 'utf-8-validate', 'supports-color'];

/** Packages in CommonJS keep calling `require`, which an ES module has to be given. */
const requireForModules = [
  "import { createRequire as createRequireForBundle } from 'node:module';",
  'const require = createRequireForBundle(import.meta.url);',
].join('\n');

/**
 * Bundles each entry point with its dependencies inside, which then needs nothing but Node and what is `external`: into
 * one file as CommonJS, and as modules into one that imports what it has in common with others (`shared-*.js`). No
 * source maps: they hold the sources.
 *
 * @param {Program} program
 * @returns {Promise<string[]>} the folders of the packages whose code is in the bundles, as in package-lock.json
 * @throws when a bundle would need something else at run time
 */
export async function bundleProgram({ entryPoints, outDir, format, external }) {
  const missing = Object.values(entryPoints).filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new Error(`${missing.join(' and ')} not found: the package would be incomplete.`);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...entryPoints },
    outdir: outDir,
    outExtension: { '.js': format === 'esm' ? '.js' : '.cjs' },
    bundle: true,
    splitting: format === 'esm',
    chunkNames: 'shared-[hash]',
    platform: 'node',
    format,
    target: 'node20',
    external: [...external, ...absent],
    // Without `module` first a package's UMD file is taken, whose `require` of its own parts no bundler can follow.
    mainFields: ['module', 'main'],
    // Names stay, so that a stack trace says where it was.
    minifySyntax: true,
    minifyWhitespace: true,
    banner: format === 'esm' ? { js: requireForModules } : {},
    metafile: true,
    logLevel: 'warning',
    // All licences are in one file of their own.
    legalComments: 'none',
  });
  const allowed = new Set([...external, ...absent]);
  /** @type {Set<string>} */
  const folders = new Set();
  for (const [file, { imports, inputs }] of Object.entries(metafile.outputs)) {
    const imported = imports.filter(({ external }) => external).map(({ path }) => path);
    const unexpected = [...imported, ...findRequired(readFileSync(join(root, file), 'utf8'))].find(
      (specifier) => !isBuiltin(specifier) && !allowed.has(specifier),
    );
    if (unexpected) throw new Error(`${file} needs '${unexpected}' at run time, which the package does not have.`);
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = packageFolderOf(input);
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].sort();
}

/**
 * What a bundle asks for past the bundler: through a `require` that it made itself, or inside of a UMD file.
 *
 * @param {string} code
 */
export function findRequired(code) {
  return [...code.matchAll(/\b(?:__)?require\d*\(\s*["']([^"']+)["']\s*\)/g)].map(([, specifier = '']) => specifier);
}
