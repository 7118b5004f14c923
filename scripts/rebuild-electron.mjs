// npm run rebuild:electron: builds the addon against the headers of the Electron that package.json names.
//
// Normally not needed: the addon uses Node-API only, whose binary interface Node and Electron share, so the file that
// scripts/build-native.mjs makes runs in both. It is here for what that cannot rule out, such as an Electron that is
// built for another libc or compiler. @electron/rebuild fetches the headers when they are not in its cache.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepBuilt } from './build-native.mjs';
import { ensureSetUp, root } from './setup.mjs';

await ensureSetUp();
const electronVersion = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.electron;
const { rebuild } = await import('@electron/rebuild');
try {
  // `native` has a package.json and a binding.gyp of its own, so that it is a module to rebuild.
  const options = { electronVersion, buildPath: join(root, 'native'), projectRootPath: root };
  await rebuild({ ...options, force: true, buildFromSource: true, disablePreGypCopy: true });
  keepBuilt();
  console.log(`built the addon against Electron ${electronVersion}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(
    `The addon was not rebuilt against Electron ${electronVersion}. Without a C++ compiler, Python, or a network to fetch ` +
      "Electron's headers over, it cannot be. `npm run build:native` makes a file that Electron loads as well.",
  );
  process.exitCode = 1;
}
