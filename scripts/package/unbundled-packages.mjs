/**
 * The packages that are not bundled, because they look for files by path, and what is copied of each: without its types
 * and its command line. They lie in studio/node_modules.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const unbundledPackages = {
  '@yowasp/clang': ['package.json', 'README.md', 'gen'],
  // Looks for the addon that fits the process.
  'node-gyp-build': ['package.json', 'index.js', 'node-gyp-build.js', 'LICENSE'],
};
