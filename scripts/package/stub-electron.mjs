import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What marks the fuses in Electron's binary; after it come their version, their number and one character for each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron 45 leaves them: build/fuses/fuses.json5 in its sources. */
const FUSES = '101100011';

/**
 * A folder in the layout of Electron for Linux, whose binary is a script that starts Node, with a fuse wire inside. With
 * it electron-builder lays out the whole application where Electron cannot be had; that application opens no window.
 *
 * @param {string} folder
 */
export function writeStubElectron(folder) {
  for (const part of ['locales', 'resources']) mkdirSync(join(folder, part), { recursive: true });
  const wire = `${SENTINEL}${String.fromCharCode(1, FUSES.length)}${FUSES}`;
  const binary = join(folder, 'electron');
  writeFileSync(binary, `#!/bin/sh\n# ${wire}\nexec "\${RINGSTUDIO_STUB_NODE:-node}" "$@"\n`, 'latin1');
  chmodSync(binary, 0o755);
  const note = 'A stand-in for a file of Electron, made by scripts/package/stub-electron.mjs.\n';
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) {
    writeFileSync(join(folder, file), note);
  }
}
