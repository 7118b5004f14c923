import { resolve } from 'node:path';

/**
 * @typedef {object} StartRequest
 * @property {'desktop' | 'browser' | 'help' | 'error'} kind
 * @property {string} [project] an absolute path
 * @property {boolean} [isInsisted] open the window even where something speaks against it
 * @property {boolean} [isFetchWanted] fetch Electron now, even if that failed a moment ago
 * @property {string[]} [serveArgs] what `ringstudio serve` gets
 * @property {string} [note] what the arguments decided without saying so
 * @property {string} [message] what is wrong with them
 */

/** The options of `ringstudio serve`, and whether a value follows. */
const serveOptions = new Map([
  ['--port', true],
  ['--host', true],
  ['--token', true],
  ['--open', false],
  ['--no-open', false],
]);

export const help = `npm start -- [options] [project folder | topology.ring.json]

Opens the studio in a window of its own (Electron), and in the browser where that is not possible. The first start
installs the dependencies and fetches Electron; both are done once.

  --browser         The studio in the browser, without Electron. What follows goes to \`ringstudio serve\`.
  --port N, --host H, --token T, --open, --no-open
                    Options of \`ringstudio serve\`: they mean the browser too.
  --desktop         The window, even where root, display or sandbox speak against it.
  --fetch-electron  Fetches Electron now, with more patience, even if that has just failed.
  --help            Shows this.

RINGSTUDIO_ELECTRON names another Electron executable, ELECTRON_MIRROR another place to fetch it from.
`;

/**
 * @param {readonly string[]} argv what stands behind `npm start --`
 * @param {string} cwd what a relative project path starts from
 * @returns {StartRequest}
 */
export function parseStart(argv, cwd) {
  const own = new Set();
  const projects = [];
  const serveArgs = [];
  const unknown = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    const [name = ''] = argument.split('=', 1);
    const takesValue = serveOptions.get(name);
    if (argument === '-h' || argument === '--help') return { kind: 'help' };
    if (['--browser', '--desktop', '--fetch-electron'].includes(argument)) own.add(argument);
    else if (!argument.startsWith('-')) {
      projects.push(resolve(cwd, argument));
      serveArgs.push(resolve(cwd, argument));
    } else {
      serveArgs.push(argument);
      if (takesValue === undefined) unknown.push(argument);
      else if (takesValue && name === argument) serveArgs.push(...argv.slice((index += 1), index + 1));
    }
  }
  if (own.has('--browser')) {
    const other = ['--desktop', '--fetch-electron'].find((name) => own.has(name));
    return other === undefined ? { kind: 'browser', serveArgs } : mistake(`--browser and ${other} exclude each other.`);
  }
  if (unknown[0] !== undefined) return mistake(`There is no option '${unknown[0]}'.`);
  if (projects.length > 1) return mistake(`One project at a time: ${projects.join(', ')}.`);
  const implying = serveArgs.find((argument) => argument.startsWith('-'));
  if (implying === undefined) {
    return {
      kind: 'desktop',
      serveArgs,
      isInsisted: own.has('--desktop'),
      isFetchWanted: own.has('--fetch-electron'),
      ...(projects[0] !== undefined && { project: projects[0] }),
    };
  }
  const [option] = implying.split('=', 1);
  if (own.size > 0) return mistake(`${option} belongs to the browser, ${[...own].join(' and ')} to the window.`);
  return { kind: 'browser', serveArgs, note: `${option} means the studio in the browser.` };
}

/**
 * @param {string} message
 * @returns {StartRequest}
 */
function mistake(message) {
  return { kind: 'error', message: `${message} See: npm start -- --help` };
}
