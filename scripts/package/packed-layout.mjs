import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listPackage, statFile } from '@electron/asar';
import { entryPoints } from '../build.mjs';
import { root } from '../setup.mjs';

/**
 * @typedef {{ path: string, sizeBytes: number }} PackedFile
 * @typedef {{ name: string, limitMiB: number, isIn: (path: string) => boolean }} Part
 */

const requiredInArchive = [
  'package.json',
  'LICENSE',
  'THIRD-PARTY-LICENSES.txt',
  'dist/shell.cjs',
  'dist/preload.cjs',
  'dist/renderer/index.html',
  'dist/renderer/icon.svg',
];
/** What Vite makes: no sources, no source maps, nothing for development. */
const allowedInArchive = /^dist\/renderer\/assets\/[^/]+\.(js|css|woff2|ttf|svg|png|wasm)$/;

/** Beyond today's sizes, so that growth is noticed: raise a limit with the reason in the commit. @type {Part[]} */
export const parts = [
  { name: 'pages: app.asar/dist/renderer', limitMiB: 10, isIn: (path) => path.startsWith('app.asar/dist/renderer/') },
  {
    name: 'shell: app.asar/dist/*.cjs',
    limitMiB: 2,
    isIn: (path) => /^app\.asar\/dist\/[^/]+\.cjs$/.test(path),
  },
  { name: 'host: studio/dist', limitMiB: 8, isIn: (path) => path.startsWith('studio/dist/') },
  { name: 'compiler: @yowasp/clang', limitMiB: 110, isIn: (path) => path.startsWith('studio/node_modules/') },
  { name: 'kernels', limitMiB: 1, isIn: (path) => path.startsWith('studio/kernels/') },
  { name: 'addon: studio/native', limitMiB: 4, isIn: (path) => path.startsWith('studio/native/') },
  { name: 'the rest: licences, manifests, launchers', limitMiB: 1, isIn: () => true },
];

/**
 * @param {string} archive
 * @returns {PackedFile[]}
 */
export function listArchive(archive) {
  return listPackage(archive, { isPack: false }).flatMap((listed) => {
    const path = listed.replaceAll('\\', '/').replace(/^\//, '');
    const entry = statFile(archive, path, false);
    return 'size' in entry ? [{ path, sizeBytes: Number(entry.size) }] : [];
  });
}

/**
 * @param {string} folder
 * @param {string} [prefix]
 * @returns {PackedFile[]}
 */
export function listFolder(folder, prefix = '') {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    const full = join(folder, entry.name);
    return entry.isDirectory() ? listFolder(full, `${path}/`) : [{ path, sizeBytes: statSync(full).size }];
  });
}

/**
 * @param {readonly PackedFile[]} files
 * @returns {string[]} what is wrong
 */
export function checkArchive(files) {
  const paths = new Set(files.map(({ path }) => path));
  const missing = requiredInArchive.filter((path) => !paths.has(path));
  const alien = [...paths].filter((path) => !requiredInArchive.includes(path) && !allowedInArchive.test(path));
  const empty = files.filter(({ sizeBytes }) => sizeBytes === 0).map(({ path }) => path);
  return [
    ...missing.map((path) => `app.asar lacks ${path}`),
    ...alien.map((path) => `app.asar holds ${path}, which does not belong there`),
    ...empty.map((path) => `app.asar: ${path} is empty`),
  ];
}

/**
 * @param {readonly PackedFile[]} files
 * @returns {string[]} what is wrong
 */
export function checkStudio(files) {
  const found = new Map(files.map(({ path, sizeBytes }) => [path, sizeBytes]));
  const wanted = expectedStudio();
  const problems = [];
  for (const [path, sizeBytes] of wanted) {
    const size = found.get(path);
    if (size === undefined) problems.push(`studio/ lacks ${path}`);
    else if (sizeBytes !== undefined && sizeBytes !== size) {
      problems.push(`studio/${path} has ${size} bytes, its source ${sizeBytes}`);
    }
  }
  for (const path of found.keys()) {
    const isAddon = /^native\/prebuilds\/linux-x64\/[^/]+\.node$/.test(path);
    if (!wanted.has(path) && !isAddon) problems.push(`studio/ holds ${path}, which does not belong there`);
  }
  for (const suffix of ['.tar', '.wasm', '/vector_add.cu', '/ring_abi.h']) {
    if (![...found.keys()].some((path) => path.endsWith(suffix))) problems.push(`studio/ holds no *${suffix}`);
  }
  return problems;
}

/** From the repository, not from what was staged: path → size, undefined where it is made when staging. */
function expectedStudio() {
  /** @type {Map<string, number | undefined>} */
  const files = new Map();
  const made = ['package.json', 'LICENSE', 'THIRD-PARTY-LICENSES.txt', 'dist/build.json'];
  const bundles = Object.keys(entryPoints).map((name) => `dist/${name}.js`);
  const launchers = ['ringstudio', 'ringstudio.cmd', 'ringstudio.mjs'].map((name) => `bin/${name}`);
  for (const path of [...made, ...bundles, ...launchers]) files.set(path, undefined);
  for (const { path, sizeBytes } of listFolder(join(root, 'kernels'), 'kernels/')) {
    if (!/^kernels\/(test\/|tsconfig\.json$)|\.test\.ts$/.test(path)) files.set(path, sizeBytes);
  }
  const clang = 'node_modules/@yowasp/clang/';
  for (const { path, sizeBytes } of listFolder(join(root, clang), clang)) {
    if (!path.endsWith('.d.ts')) files.set(path, sizeBytes);
  }
  return files;
}

/**
 * @param {readonly PackedFile[]} files paths below resources/, those of the archive below app.asar/
 * @returns {{ name: string, sizeBytes: number, limitMiB: number }[]}
 */
export function measureParts(files) {
  const sizes = parts.map(({ name, limitMiB }) => ({ name, limitMiB, sizeBytes: 0 }));
  for (const { path, sizeBytes } of files) {
    const size = sizes[parts.findIndex(({ isIn }) => isIn(path))];
    if (size) size.sizeBytes += sizeBytes;
  }
  return sizes;
}
