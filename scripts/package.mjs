// npm run package: stages the application and packs it for this platform and processor. What follows `--` goes to
// electron-builder instead, e.g. `npm run package -- --linux deb --arm64`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureSetUp, root } from './setup.mjs';

/** What electron-builder's messages look like when it could not fetch something. */
const isFetchFailure =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|CERT|self.signed|HTTPError|status ?code:? ?[45]\d\d|Response code [45]\d\d|cannot (download|resolve)|fetch failed/i;
/** Named, because a target of electron-builder.yml lists both processors, and those given here replace it. */
const targets = /** @type {Partial<Record<NodeJS.Platform, readonly string[]>>} */ ({
  linux: ['--linux', 'AppImage', 'deb'],
  win32: ['--win', 'nsis'],
  darwin: ['--mac', 'dmg', 'zip'],
});

/** @param {readonly string[]} args */
async function packApplication(args) {
  const { stagePackage } = await import('./stage-package.mjs');
  const { makeIcons } = await import('./make-icons.mjs');
  await stagePackage({ log: console.log });
  await makeIcons(join(root, 'dist', 'package', 'build-resources'));
  const here = [...(targets[process.platform] ?? []), `--${process.arch}`];
  const { exitCode, output } = await runElectronBuilder(args.length === 0 ? here : args);
  if (exitCode === 0) {
    console.log('The packages are in dist/package/out. They are not signed: docs/packaging.md says what that means.');
    return 0;
  }
  console.error(explainFailure(output) ?? `electron-builder ended with exit code ${exitCode}; its messages are above.`);
  return 1;
}

/**
 * @param {string} output of electron-builder
 * @returns {string | undefined} what could not be fetched and what to do; undefined when that was not the reason
 */
export function explainFailure(output) {
  if (!output.split('\n').some((line) => isFetchFailure.test(line))) return undefined;
  const target = [...output.matchAll(/\bbuilding\s+target=(\S+)/g)].at(-1)?.[1];
  const isUnpacked = /@electron\/fuses|(using custom|downloaded) .*electron/i.test(output);
  const tool = target === undefined ? 'a tool of electron-builder' : `a tool for the target ${target}`;
  const what = isUnpacked ? tool : "Electron's binary";
  return (
    `Not packed: ${what} could not be fetched.\n` +
    '  Packing needs the network once; afterwards it is in the cache. Behind a mirror, set ELECTRON_MIRROR and\n' +
    '  ELECTRON_BUILDER_BINARIES_MIRROR; with an unpacked Electron at hand, add `-- -c.electronDist=FOLDER`.\n' +
    '  `npm run package:check` checks the layout without it.'
  );
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<{ exitCode: number | null, output: string }>}
 */
async function runElectronBuilder(args) {
  const script = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const child = spawn(process.execPath, [script, ...args, '--publish', 'never'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const [stream, target] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      target.write(text);
    });
  }
  /** @type {number | null} */
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { exitCode, output };
}

if (import.meta.filename === process.argv[1]) {
  try {
    await ensureSetUp();
    process.exitCode = await packApplication(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
