import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ file: string, holder?: string, reason: string }} LicenseText
 *   file: below license-texts/, in which `{holder}` stands for who has the copyright
 * @typedef {{ name: string, version: string, license: string, texts: string[] }} LicensedPackage
 */

const texts = join(dirname(fileURLToPath(import.meta.url)), 'license-texts');

/** For packages that come without the text of their licence. @type {Readonly<Record<string, LicenseText>>} */
export const suppliedTexts = {
  '@yowasp/clang': {
    file: 'clang.txt',
    reason: 'its LICENSE.txt is not among the files that it publishes, and what it holds is LLVM and wasi-libc',
  },
  'lazy-val': {
    file: 'mit.txt',
    holder: 'Vladimir Krivosheev',
    reason: 'it publishes no licence file; its manifest says MIT and names the author',
  },
  'react-remove-scroll-bar': {
    file: 'mit.txt',
    holder: 'Anton Korzunov <thekashey@gmail.com>',
    reason: 'its LICENSE is in its repository, but not among the files that it publishes',
  },
};

/**
 * @param {string} root
 * @param {readonly string[]} folders of packages, relative to `root`
 * @param {Readonly<Record<string, LicenseText>>} [supplied]
 * @returns {LicensedPackage[]} by name
 * @throws when the text of a licence is missing, or supplied in vain
 */
export function collectLicenses(root, folders, supplied = suppliedTexts) {
  const packages = folders.map((folder) => describePackage(join(root, folder), supplied));
  packages.sort((a, b) => (a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1));
  const unused = Object.keys(supplied).filter((name) => !packages.some((found) => found.name === name));
  if (unused.length > 0) throw new Error(`suppliedTexts names ${unused.join(', ')}, of which nothing is packaged.`);
  return packages;
}

/**
 * @param {string} folder
 * @param {Readonly<Record<string, LicenseText>>} supplied
 * @returns {LicensedPackage}
 */
function describePackage(folder, supplied) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name} ${version}: its package.json names no licence.`);
  const own = readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /^(licen[cs]e|copying|copyright|notice|third-?party-?notices)/i.test(entry.name),
    )
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8'));
  const extra = Object.hasOwn(supplied, name) ? supplied[name] : undefined;
  if (own.length > 0 && extra) throw new Error(`${name} has its own licence text now: remove it from suppliedTexts.`);
  if (own.length > 0) return { name, version, license, texts: own };
  if (!extra) {
    throw new Error(
      `${name} ${version} (${license}) has no file with its licence text. Add the text to license-texts/ and a reason ` +
        'to suppliedTexts in scripts/package/third-party-licenses.mjs.',
    );
  }
  const text = readFileSync(join(texts, extra.file), 'utf8').replace('{holder}', extra.holder ?? '');
  return { name, version, license, texts: [text] };
}

const RULE = '='.repeat(80);

/** @param {readonly LicensedPackage[]} packages */
export function formatLicenses(packages) {
  const intro =
    'Ring Kernel Studio holds code of the following packages. The licences of Electron, Chromium and Node.js are in\n' +
    'LICENSE.electron.txt and LICENSES.chromium.html of the application.\n';
  const list = packages.map(({ name, version, license }) => `  ${name} ${version}: ${license}`);
  const sections = packages.map(({ name, version, license, texts }) =>
    [RULE, `${name} ${version}`, license, RULE, '', ...texts.map((text) => `${text.trim()}\n`)].join('\n'),
  );
  return `${[intro, `${list.join('\n')}\n`, ...sections].join('\n')}`.replaceAll('\r\n', '\n');
}
