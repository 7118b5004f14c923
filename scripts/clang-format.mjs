// clang-format as WebAssembly: the same version on every machine, none of its own to install.
//   node scripts/clang-format.mjs           lists files that are not formatted; exit code 1 if there are any
//   node scripts/clang-format.mjs --write   formats them
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { format } from '@wasm-fmt/clang-format';
import { root } from './setup.mjs';
import { isThirdParty, listSourceFiles } from './source-files.mjs';

const isWriting = process.argv.includes('--write');
const style = readFileSync(join(root, '.clang-format'), 'utf8');

/** @param {string} path */
const isOurs = (path) => /\.(cu|cuh|h|cc|cpp)$/.test(path) && !isThirdParty(path);

for (const path of listSourceFiles(root).filter(isOurs)) {
  const text = readFileSync(join(root, path), 'utf8');
  // It knows C++ by the name's ending; `.h` alone could be Objective-C to it.
  const formatted = format(text, `${basename(path)}.cc`, style);
  if (formatted === text) continue;
  if (isWriting) {
    writeFileSync(join(root, path), formatted);
    console.log(`formatted ${path}`);
  } else {
    console.log(`${path}:${firstDifference(text, formatted)}: not formatted: npm run format`);
    process.exitCode = 1;
  }
}

/**
 * @param {string} before
 * @param {string} after
 */
function firstDifference(before, after) {
  const wanted = after.split('\n');
  return before.split('\n').findIndex((line, index) => line !== wanted[index]) + 1;
}
