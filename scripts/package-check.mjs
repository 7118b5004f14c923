// npm run package:check: stages the application, packs it with a stub of Electron's binary, fetches nothing, and looks at
// what came out: its layout, its sizes, its fuses, and whether what is packed runs where nothing else is in reach.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSetUp, root } from './setup.mjs';

/**
 * @typedef {{ name: string, status: 'passed' | 'failed' | 'skipped', reason?: string }} Outcome
 * @typedef {import('./package/packed-application.mjs').PackedApplication} PackedApplication
 */

/** docs/packaging.md says why. */
const fuses = {
  RunAsNode: true,
  EnableCookieEncryption: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
};
const MIME_TYPE = 'application/vnd.ring-kernel-studio.topology+json';
/** One of each kind: pages, editor, contract, compiler, fonts, updater. */
const licensed = ['react', 'monaco-editor', 'zod', '@yowasp/clang', '@fontsource-variable/inter', 'electron-updater'];

/**
 * @param {(line: string) => void} log
 * @returns {Promise<Outcome[]>}
 */
export async function checkPackage(log) {
  const { stagePackage } = await import('./stage-package.mjs');
  const { makeIcons } = await import('./make-icons.mjs');
  const { withPackedApplication } = await import('./package/packed-application.mjs');
  const { shipped } = await stagePackage({ log });
  await makeIcons(join(root, 'dist', 'package', 'build-resources'));
  const startedAt = Date.now();
  return withPackedApplication(async (packed) => {
    log(`packed with a stub of Electron in ${((Date.now() - startedAt) / 1000).toFixed(1)} s, nothing fetched`);
    /** @type {Outcome[]} */
    const outcomes = [];
    for (const [name, find] of Object.entries(await listChecks(packed, shipped, log))) {
      const outcome = { name: `package: ${name}`, ...(await judge(find)) };
      outcomes.push(outcome);
      log(`${outcome.status}  ${name}`);
      if (outcome.reason !== undefined) log(outcome.reason.replace(/^(?=.)/gm, '    '));
    }
    return outcomes;
  });
}

/**
 * @typedef {string[] | { skipped: string }} Finding what is wrong, or why nobody looked
 * @typedef {() => Finding | Promise<Finding>} Find
 *
 * @param {Find} find
 * @returns {Promise<Pick<Outcome, 'status' | 'reason'>>}
 */
async function judge(find) {
  try {
    const finding = await find();
    if ('skipped' in finding) return { status: 'skipped', reason: finding.skipped };
    return finding.length === 0 ? { status: 'passed' } : { status: 'failed', reason: finding.join('\n') };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/**
 * @param {PackedApplication} packed
 * @param {readonly string[]} shipped
 * @param {(line: string) => void} log
 * @returns {Promise<Record<string, Find>>} what must hold → what is wrong
 */
async function listChecks(packed, shipped, log) {
  const { checkArchive, checkStudio } = await import('./package/packed-layout.mjs');
  const { listArchive, listFolder } = await import('./package/packed-sizes.mjs');
  const { checkAddon, checkHostProcess, checkIsolation, checkVectorAdd } = await import('./package/packed-run.mjs');
  const { findUnaudited } = await import('./dependency-audit.mjs');
  const archive = listArchive(join(packed.resources, 'app.asar'));
  const studio = listFolder(packed.studio);
  const cli = join(packed.studio, 'dist', 'cli.js');
  const launcher = join(packed.studio, 'bin', 'ringstudio');
  return {
    'the archive holds the shell, the pages and the licences, and nothing else': () => checkArchive(archive),
    'studio/ holds the host, the compiler and the kernels, and nothing else': () => checkStudio(studio),
    'no part is larger than its limit': () => checkSizes(packed.resources, log),
    "the fuses in the binary are the configuration's": () => checkFuses(packed.binary),
    'on Linux a double click on a .ring.json file opens it': () => checkFileAssociation(packed.scratch),
    "Electron's own licences stay beside its binary": () =>
      ['LICENSE.electron.txt', 'LICENSES.chromium.html']
        .filter((file) => !existsSync(join(packed.binary, '..', file)))
        .map((file) => `${file} is missing`),
    'the licences name a package of each kind, with its text': () => checkLicenses(packed.studio),
    'every package whose code ships is audited as one that ships': () => findUnaudited(root, shipped),
    'nothing but what is packed is in reach': () => checkIsolation(packed, shipped),
    'the packed command line answers vector_add': () => checkVectorAdd(packed, [process.execPath, cli]),
    'the packed host process answers vector_add over a port': () => checkHostProcess(packed),
    'the packed addon is found and loads': () => checkAddon(packed),
    ...(process.platform !== 'win32' && {
      "its launcher does, through the application's binary": () => checkVectorAdd(packed, [launcher]),
    }),
  };
}

/**
 * @param {string} resources
 * @param {(line: string) => void} log
 */
async function checkSizes(resources, log) {
  const { measureResources } = await import('./package/packed-sizes.mjs');
  const problems = [];
  for (const { name, sizeBytes, limitMiB } of measureResources(resources)) {
    const sizeMiB = sizeBytes / 2 ** 20;
    log(`    ${name.padEnd(44)} ${sizeMiB.toFixed(2).padStart(7)} MiB  of at most ${limitMiB}`);
    if (sizeMiB > limitMiB) problems.push(`${name} is ${sizeMiB.toFixed(2)} MiB, at most ${limitMiB} are allowed`);
  }
  return problems;
}

/** @param {string} binary */
async function checkFuses(binary) {
  const { FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
  /** @type {Readonly<Record<number, number>>} */
  const wire = { ...(await getCurrentFuseWire(binary)) };
  /** @type {Readonly<Record<string, unknown>>} */
  const positions = FuseV1Options;
  return Object.entries(fuses).flatMap(([name, isOn]) => {
    const character = String.fromCharCode(wire[Number(positions[name])] ?? 0);
    return character === (isOn ? '1' : '0') ? [] : [`${name} is not ${isOn ? 'on' : 'off'} but '${character}'`];
  });
}

/** @param {string} scratch */
function checkFileAssociation(scratch) {
  const entry = readFileSync(join(scratch, 'ring-kernel-studio.desktop'), 'utf8');
  const mime = readFileSync(join(scratch, 'mime.xml'), 'utf8');
  /** @type {[text: string, pattern: RegExp, what: string][]} */
  const wanted = [
    [entry, new RegExp(`^MimeType=${MIME_TYPE.replace('+', '\\+')};$`, 'm'), `the menu entry takes ${MIME_TYPE}`],
    [entry, /^Exec=.*ring-kernel-studio"? %F$/m, 'the menu entry starts the binary with the files'],
    [entry, /^StartupWMClass=ring-kernel-studio$/m, "the menu entry has the windows' class"],
    [entry, /^Categories=Development;$/m, 'the menu entry is below Development'],
    [mime, new RegExp(`type="${MIME_TYPE.replace('+', '\\+')}"`), `the MIME file describes ${MIME_TYPE}`],
    [mime, /<glob pattern="\*\.ring\.json"\/>/, 'its glob is *.ring.json'],
  ];
  return wanted.flatMap(([text, pattern, what]) => (pattern.test(text) ? [] : [`not so: ${what}\n${text}`]));
}

/** @param {string} studio */
function checkLicenses(studio) {
  const text = readFileSync(join(studio, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  return licensed.flatMap((name) => {
    const version = readVersion(name);
    const section = text.split(/^={80}$/m).findIndex((part) => part.startsWith(`\n${name} ${version}\n`));
    const body = text.split(/^={80}$/m)[section + 1] ?? '';
    return section !== -1 && body.length > 400 ? [] : [`${name} ${version} has no licence text there`];
  });
}

/** @param {string} name */
function readVersion(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

if (import.meta.filename === process.argv[1]) {
  await ensureSetUp();
  try {
    const outcomes = await checkPackage(console.log);
    const count = (/** @type {Outcome['status']} */ wanted) =>
      outcomes.filter(({ status }) => status === wanted).length;
    console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
    if (count('failed') > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
