import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listPackage, statFile } from '@electron/asar';

/**
 * @typedef {{ path: string, sizeBytes: number }} PackedFile
 * @typedef {{ name: string, limitMiB: number, isIn: (path: string) => boolean }} Part
 * @typedef {{ name: string, sizeBytes: number, limitMiB: number }} PartSize
 */

/** Beyond today's sizes, so that growth is noticed: raise a limit with the reason in the commit. @type {Part[]} */
const parts = [
  { name: 'pages: app.asar/dist/renderer', limitMiB: 10, isIn: (path) => path.startsWith('app.asar/dist/renderer/') },
  {
    name: 'shell: app.asar/dist/*.cjs',
    limitMiB: 2,
    isIn: (path) => /^app\.asar\/dist\/[^/]+\.cjs$/.test(path),
  },
  { name: 'precompiled samples', limitMiB: 3, isIn: (path) => path === 'studio/dist/samples.ringbundle' },
  { name: 'host: studio/dist', limitMiB: 4, isIn: (path) => path.startsWith('studio/dist/') },
  {
    name: 'compiler: @yowasp/clang',
    limitMiB: 110,
    isIn: (path) => path.startsWith('studio/node_modules/@yowasp/clang/'),
  },
  {
    name: 'compiler: binaryen',
    limitMiB: 16,
    isIn: (path) => path.startsWith('studio/node_modules/binaryen/'),
  },
  { name: 'kernels', limitMiB: 1, isIn: (path) => path.startsWith('studio/kernels/') },
  {
    name: 'addon: studio/native, and what finds it',
    limitMiB: 4,
    isIn: (path) => /^studio\/(native|node_modules\/node-gyp-build)\//.test(path),
  },
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
 * @param {string} resources
 * @returns {PartSize[]}
 */
export function measureResources(resources) {
  /** @param {string} folder */
  const below = (folder) => (/** @type {PackedFile} */ file) => ({ ...file, path: `${folder}/${file.path}` });
  const archive = listArchive(join(resources, 'app.asar')).map(below('app.asar'));
  return measureParts([...archive, ...listFolder(join(resources, 'studio'), 'studio/')]);
}

/**
 * @param {readonly PackedFile[]} files paths below resources/, those of the archive below app.asar/
 * @returns {PartSize[]}
 */
export function measureParts(files) {
  const sizes = parts.map(({ name, limitMiB }) => ({ name, limitMiB, sizeBytes: 0 }));
  for (const { path, sizeBytes } of files) {
    const size = sizes[parts.findIndex(({ isIn }) => isIn(path))];
    if (size) size.sizeBytes += sizeBytes;
  }
  return sizes;
}
