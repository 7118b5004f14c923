// Lays out what electron-builder.yml packs: dist/package/app, which becomes resources/app.asar, and dist/package/studio,
// which becomes resources/studio: a folder that plain Node can run, because workers, the compiler process and the addon
// are files that are loaded by path.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { desktopEntryPoints, ensureBuilt, entryPoints } from './build.mjs';
import { ensureNativeBuilt } from './build-native.mjs';
import { ensureRendererBuilt } from './build-renderer.mjs';
import { bundleProgram } from './package/bundle-program.mjs';
import { readRecordedPackages } from './package/bundled-packages.mjs';
import { collectLicenses, formatLicenses } from './package/third-party-licenses.mjs';
import { unbundledPackages } from './package/unbundled-packages.mjs';
import { precompileSamples, samplesBundle } from './precompile-samples.mjs';
import { ensureSetUp, root } from './setup.mjs';

const dist = join(root, 'dist');
export const packageDir = join(dist, 'package');

/** Who is asked about the application. Reserved names until somebody publishes it: see docs/packaging.md. */
const HOMEPAGE = 'https://ring-kernel-studio.example';

/**
 * @typedef {object} Staged
 * @property {string[]} shipped folders of the packages whose code is in it, as in package-lock.json
 */

/**
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<Staged>}
 */
export async function stagePackage({ log = () => {} } = {}) {
  await ensureBuilt({ log });
  await ensureRendererBuilt({ log });
  const addon = await ensureNativeBuilt({ log });
  if ('reason' in addon) log(`the package will be without the addon: ${addon.reason}`);
  const samples = await precompileSamples();
  if (!samples.made) log(`the package will be without precompiled samples: ${samples.reason}`);
  const startedAt = Date.now();
  const app = join(packageDir, 'app');
  const studio = join(packageDir, 'studio');
  for (const folder of [app, studio]) rmSync(folder, { recursive: true, force: true });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const shipped = [...(await stageApp(app, manifest)), ...(await stageStudio(studio, manifest))];
  const folders = [...new Set(shipped)].sort();
  const licenses = formatLicenses(collectLicenses(root, folders));
  // In the archive for the application's own pages, beside it for who looks into the folder.
  for (const folder of [app, studio]) {
    cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licenses);
  }
  writeJson(join(packageDir, 'shipped-packages.json'), folders);
  log(`staged dist/package in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return { shipped: folders };
}

/**
 * @param {string} folder
 * @param {Record<string, unknown>} manifest the repository's package.json
 */
async function stageApp(folder, { version, description, license }) {
  const program = { entryPoints: desktopEntryPoints, outDir: join(folder, 'dist'), external: ['electron'] };
  const shipped = await bundleProgram({ ...program, format: 'cjs' });
  cpSync(join(dist, 'renderer'), join(folder, 'dist', 'renderer'), { recursive: true });
  writeJson(join(folder, 'package.json'), {
    name: 'ring-kernel-studio',
    productName: 'Ring Kernel Studio',
    version,
    description,
    license,
    homepage: HOMEPAGE,
    author: { name: 'Ring Kernel Studio maintainers' },
    // What Linux finds the window's entry in the menu by.
    desktopName: 'ring-kernel-studio.desktop',
    main: 'dist/shell.cjs',
  });
  return [...shipped, ...readRecordedPackages(join(dist, 'renderer.packages.json'))];
}

/**
 * @param {string} folder
 * @param {Record<string, unknown>} manifest the repository's package.json
 */
async function stageStudio(folder, { name, version, license }) {
  const program = { entryPoints, outDir: join(folder, 'dist'), external: Object.keys(unbundledPackages) };
  const shipped = await bundleProgram({ ...program, format: 'esm' });
  // `packageRoot()` of main/host finds the folder by it.
  writeJson(join(folder, 'package.json'), { name, version, license, private: true, type: 'module' });
  // Part of the keys of compiled programs: the same sources may share what they have compiled.
  const { hash } = JSON.parse(readFileSync(join(dist, 'build.json'), 'utf8'));
  writeJson(join(folder, 'dist', 'build.json'), { hash });
  cpSync(join(dist, 'compiler.prepared'), join(folder, 'dist', 'compiler.prepared'));
  if (existsSync(samplesBundle)) cpSync(samplesBundle, join(folder, 'dist', 'samples.ringbundle'));
  cpSync(join(root, 'kernels'), join(folder, 'kernels'), { recursive: true, filter: isForUsers });
  const unbundled = Object.entries(unbundledPackages).map(([name, parts]) => {
    const path = `node_modules/${name}`;
    for (const part of parts) cpSync(join(root, path, part), join(folder, path, part), { recursive: true });
    return path;
  });
  stageCommandLine(join(folder, 'bin'));
  const prebuilds = join('native', 'prebuilds');
  if (existsSync(join(root, prebuilds))) cpSync(join(root, prebuilds), join(folder, prebuilds), { recursive: true });
  return [...shipped, ...unbundled];
}

/** @param {string} folder */
function stageCommandLine(folder) {
  cpSync(join(root, 'bin'), folder, { recursive: true });
  const launchers = join(root, 'scripts', 'package', 'launchers');
  cpSync(launchers, folder, { recursive: true });
  chmodSync(join(folder, 'ringstudio'), 0o755);
}

/** What package.json's `files` leaves out of kernels/ is left out here. @param {string} path */
function isForUsers(path) {
  return !/[\\/]kernels[\\/](test|tsconfig\.json)([\\/]|$)|\.test\.ts$/.test(path);
}

/**
 * @param {string} path
 * @param {unknown} value
 */
function writeJson(path, value) {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

if (import.meta.filename === process.argv[1]) {
  try {
    await ensureSetUp();
    await stagePackage({ log: console.log });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
