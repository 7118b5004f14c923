/**
 * The packages that are not bundled, because they look for files by path or are loaded only by who needs them, and what is
 * copied of each: without its types and its command line. They lie in studio/node_modules.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const unbundledPackages = {
  '@yowasp/clang': ['package.json', 'README.md', 'gen'],
  // 15 MB, which only programs need whose threads wait for each other.
  binaryen: ['package.json', 'index.js', 'LICENSE'],
  // Looks for the addon that fits the process.
  'node-gyp-build': ['package.json', 'index.js', 'node-gyp-build.js', 'LICENSE'],
};
