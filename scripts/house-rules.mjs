import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isThirdParty } from './source-files.mjs';

const MAX_LINES = 400;

/**
 * @typedef {{ path: string, text: string }} SourceFile
 * @typedef {{ root: string, home: string, registryHost: string }} Machine where this runs: what no file may mention
 */

/**
 * The rules of the house that no off-the-shelf tool checks. Returns one line per violation, each saying how to mend it.
 *
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {string[]}
 */
export function checkHouseRules(root, paths) {
  const files = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  /** @type {Record<string, string>} */
  const allowedSizes = JSON.parse(readFileSync(join(root, 'scripts/size-allowlist.json'), 'utf8'));
  const machine = { root, home: homedir(), registryHost: readRegistryHost() };
  return [
    ...checkSizes(files, allowedSizes),
    ...paths.flatMap(checkName),
    ...files.flatMap((file) => checkMachineStrings(file, machine)),
    ...files.flatMap(checkSuppressions),
    ...files.flatMap(checkManifest),
  ];
}

/**
 * @param {readonly SourceFile[]} files
 * @param {Readonly<Record<string, string>>} allowed path → why it may be long
 */
export function checkSizes(files, allowed) {
  const problems = [];
  const long = new Set();
  for (const { path, text } of files) {
    if (!/\.(ts|tsx|mjs|cjs|js|cu|cuh|h|cc|cpp|css)$/.test(path) || isThirdParty(path)) continue;
    const lineCount = text.split('\n').length - 1;
    if (lineCount <= MAX_LINES) continue;
    long.add(path);
    if (allowed[path]) continue;
    problems.push(
      `${path}: ${lineCount} lines, at most ${MAX_LINES}: split it by reason to change, ` +
        'or give the reason against in scripts/size-allowlist.json',
    );
  }
  for (const path of Object.keys(allowed)) {
    if (!long.has(path)) problems.push(`scripts/size-allowlist.json: ${path} is not too long (any more): remove it`);
  }
  return problems;
}

/** CUDA's toolkit and its samples have named these, and sources include them by that name. */
const foreignNames = /^kernels\/cpu\/(helper_\w+|cuComplex)\.h$/;

/** @param {string} path */
export function checkName(path) {
  if (foreignNames.test(path) || isThirdParty(path)) return [];
  const [folder = ''] = path.split('/');
  const name = basename(path);
  const problems = [];
  const isTypeScript =
    ['app', 'main', 'renderer', 'native', 'bench', 'scripts', 'e2e'].includes(folder) && /\.(tsx?|mjs)$/.test(name);
  if (isTypeScript && !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(name)) {
    problems.push(`${path}: TypeScript files are kebab-case after their main export`);
  }
  if (/\.(cu|cuh|h|cc|cpp)$/.test(name) && !/^[a-z0-9_]+\.[a-z]+$/.test(name)) {
    problems.push(`${path}: C++ files are snake_case`);
  }
  const vague = /(^|[/_-])(utils?|helpers?|common|managers?|misc)(?=[/._-])/.exec(path);
  if (vague && folder !== 'docs') {
    problems.push(`${path}: '${vague[2]}' says nothing: name the file or folder after what it does`);
  }
  return problems;
}

/**
 * Paths and hosts of one machine make a clone work there only.
 *
 * @param {SourceFile} file
 * @param {Machine} machine
 */
export function checkMachineStrings({ path, text }, machine) {
  const parent = dirname(machine.root);
  const tooGeneral = ['/', '/tmp', '/home', '/opt', '/srv', '/usr', '/var', '.'];
  const places = [machine.root, parent, machine.home].filter((place) => !tooGeneral.includes(place));
  const patterns = [
    ...places.map((place) => new RegExp(`(?<![\\w./-])${escapeForRegExp(place)}(?=[/\\\\\\s'"\`)]|$)`)),
    /(?<![\w./-])\/(home|Users)\/(?!you\b|me\b|user\b)\w+\//,
    /\b[A-Z]:\\Users\\(?!you\b|me\b|user\b)\w+/,
    /\bregistry\.(npmjs|yarnpkg)\.\w+/,
    ...(machine.registryHost === '' ? [] : [new RegExp(escapeForRegExp(machine.registryHost))]),
    ...(path === 'package-lock.json' ? [/"resolved":.*/] : []),
  ];
  return text.split('\n').flatMap((line, index) => {
    const found = patterns.map((pattern) => pattern.exec(line)?.[0]).find((match) => match !== undefined);
    if (found === undefined) return [];
    return [
      `${path}:${index + 1}: '${found}' exists on one machine only: make it relative or take it from the environment`,
    ];
  });
}

/** @param {SourceFile} file */
export function checkSuppressions({ path, text }) {
  if (!/\.(ts|tsx|mjs|cjs|js)$/.test(path)) return [];
  return text.split('\n').flatMap((line, index) => {
    const suppression = /(?:\/\/|\/\*)\s*eslint-disable\S*(.*)/.exec(line);
    if (!suppression || /\s--\s+\S/.test(suppression[1] ?? '')) return [];
    return [`${path}:${index + 1}: name the rule and say why: // eslint-disable-next-line rule -- reason`];
  });
}

/** @param {SourceFile} file */
export function checkManifest({ path, text }) {
  if (path !== 'package.json') return [];
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text);
  return Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, version]) =>
    /^(npm:.+@)?\d/.test(version)
      ? []
      : [`package.json: ${name} is '${version}': pin an exact version, so that every clone is the same`],
  );
}

/** The host that installs come from where it is set for this run; without one there is none to leak. */
function readRegistryHost() {
  const registry = process.env['npm_config_registry'];
  return registry !== undefined && URL.canParse(registry) ? new URL(registry).host : '';
}

/** @param {string} text */
function escapeForRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
