import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from '../setup.mjs';
import { bundleProgram } from './bundle-program.mjs';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ringstudio-bundle-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * @param {string} source
 * @param {readonly string[]} [external]
 */
function bundle(source, external = []) {
  const path = join(folder, 'main.ts');
  writeFileSync(path, source);
  const entryPoints = { main: relative(root, path) };
  return bundleProgram({ entryPoints, outDir: join(folder, 'out'), format: 'esm', external });
}

test('a bundle names the packages whose code is in it, and holds no source map', async () => {
  const levenshtein = join(root, 'node_modules', 'fastest-levenshtein', 'esm', 'mod.js');
  const source = `import { distance } from ${JSON.stringify(levenshtein)};\nconsole.log(distance('a', 'b'));\n`;
  expect(await bundle(source)).toEqual(['node_modules/fastest-levenshtein']);
  expect(readFileSync(join(folder, 'out', 'main.js'), 'utf8')).not.toContain('sourceMappingURL');
});

test('a bundle that would need a package at run time is refused, however it asks for it', async () => {
  const hidden = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    console.log(require('beside'), require('node:fs'));`;
  await expect(bundle(hidden)).rejects.toThrow("needs 'beside' at run time");
  await expect(bundle(hidden, ['beside'])).resolves.toEqual([]);
  await expect(bundle(`console.log(((require) => require('./part'))(Object));`)).rejects.toThrow("needs './part'");
});

test('an entry point that is not there is named', async () => {
  const entryPoints = { main: 'main/nowhere.ts' };
  await expect(bundleProgram({ entryPoints, outDir: folder, format: 'cjs', external: [] })).rejects.toThrow(
    'main/nowhere.ts not found',
  );
});
