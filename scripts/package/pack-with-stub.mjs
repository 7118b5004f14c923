// pack-with-stub.mjs SCRATCH: packs dist/package for Linux on x64 into SCRATCH/out, with a stub of Electron instead of its
// binary, and writes beside it what only the finished targets (deb, AppImage) would contain: the menu entry and the MIME
// type, from the code of electron-builder that writes them there.
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Arch, build, LinuxPackager, Platform } from 'electron-builder';
import { root } from '../setup.mjs';
import { writeStubElectron } from './stub-electron.mjs';

/** A file of a dependency of electron-builder, which exports nothing that would do. */
const INTERNAL = 'app-builder-lib/out/targets/LinuxTargetHelper';
const scratch = process.argv[2] ?? '';
const electronDist = join(scratch, 'electron');
writeStubElectron(electronDist);

await build({
  projectDir: root,
  targets: Platform.LINUX.createTarget('dir', Arch.x64),
  publish: 'never',
  config: { electronDist, directories: { output: join(scratch, 'out') }, afterPack: writeDesktopFiles },
});

/** @param {import('electron-builder').AfterPackContext} context */
async function writeDesktopFiles({ packager }) {
  if (!(packager instanceof LinuxPackager)) throw new Error('This packs for Linux only.');
  const require = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const { LinuxTargetHelper } = require(INTERNAL);
  const helper = new LinuxTargetHelper(packager);
  const options = { ...packager.platformSpecificBuildOptions, ...packager.config.deb };
  await helper.writeDesktopEntry(options, undefined, join(scratch, 'ring-kernel-studio.desktop'));
  const mimeFile = await helper.mimeTypeFiles;
  if (mimeFile !== null) copyFileSync(mimeFile, join(scratch, 'mime.xml'));
}
