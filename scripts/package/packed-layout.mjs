import { join } from 'node:path';
import { entryPoints } from '../build.mjs';
import { root } from '../setup.mjs';
import { listFolder } from './packed-sizes.mjs';
import { unbundledPackages } from './unbundled-packages.mjs';

/** @typedef {import('./packed-sizes.mjs').PackedFile} PackedFile */

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
    const isMadeByNvrtc = path === 'dist/samples.ringbundle'; // where whoever packs has it
    const isShared = /^dist\/shared-[A-Z0-9]{8}\.js$/.test(path); // by several bundles
    if (wanted.has(path) || isAddon || isShared || isMadeByNvrtc) continue;
    problems.push(`studio/ holds ${path}, which does not belong there`);
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
  const made = ['package.json', 'LICENSE', 'THIRD-PARTY-LICENSES.txt', 'dist/build.json', 'dist/compiler.prepared'];
  const bundles = Object.keys(entryPoints).map((name) => `dist/${name}.js`);
  const launchers = ['ringstudio', 'ringstudio.cmd', 'ringstudio.mjs'].map((name) => `bin/${name}`);
  for (const path of [...made, ...bundles, ...launchers]) files.set(path, undefined);
  for (const { path, sizeBytes } of listFolder(join(root, 'kernels'), 'kernels/')) {
    if (!/^kernels\/(test\/|tsconfig\.json$)|\.test\.ts$/.test(path)) files.set(path, sizeBytes);
  }
  for (const [name, parts] of Object.entries(unbundledPackages)) {
    const folder = `node_modules/${name}/`;
    for (const { path, sizeBytes } of listFolder(join(root, folder), folder)) {
      const [part = ''] = path.slice(folder.length).split('/');
      if (parts.includes(part)) files.set(path, sizeBytes);
    }
  }
  return files;
}
