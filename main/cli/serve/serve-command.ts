import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

import { StudioError } from '../../../app/base/studio-error.ts';
import { packageRoot } from '../../host/package-root.ts';
import { usageError, type Arguments } from '../command/arguments.ts';
import { otlpOptions, otlpTarget } from '../otlp-options.ts';
import type { Command, CommandContext } from '../command/command.ts';
import type { CommandSpec } from '../command/command-spec.ts';
import type { ExitCode } from '../exit-code.ts';
import type * as StartStudio from './start-studio.ts';

const spec: CommandSpec = {
  name: 'serve',
  summary: 'open the studio in a browser',
  usage: '[project folder | topology.ring.json] [--port N] [--host H] [--token T] [--no-open]',
  description: [
    'Starts the studio on this machine and prints its address, which holds a token: who opens it gets in, everybody else ' +
      'gets nothing. Opens the default browser when there is a display. Ctrl-C ends it; unsaved edits are kept and are ' +
      'there again at the next start.',
    'On a server, leave the host as it is and come through a tunnel: ssh -L 7464:localhost:7464 SERVER.',
  ],
  options: [
    { name: 'port', value: 'N', help: 'Default: 7464 when it is free, else any free one. 0 is any free one.' },
    { name: 'host', value: 'H', help: 'Address to listen on. Default 127.0.0.1: this machine only.' },
    { name: 'token', value: 'T', help: 'At least 16 characters. Default: a random one at every start.' },
    { name: 'open', help: 'Open a browser, even where no display is seen.' },
    { name: 'no-open', help: 'Open no browser.' },
    ...otlpOptions,
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [
    { meaning: 'the welcome room', line: 'ringstudio serve' },
    { meaning: 'a project, for a browser of your choice', line: 'ringstudio serve ./my-project --no-open' },
  ],
};

export const serveCommand: Command = { ...spec, run };

const MIN_TOKEN = 16;

async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const { terminal, cwd, signal } = context;
  const [project] = args.positionals.length === 0 ? [] : [args.only('a project')];
  const boundHost = args.text('host') ?? '127.0.0.1';
  const before = takeOver();
  const token = before?.token ?? args.text('token');
  if (token !== undefined && token.length < MIN_TOKEN)
    throw usageError(spec, 'InvalidOption', `--token takes at least ${MIN_TOKEN} characters.`);
  const replacement = new AbortController();
  const start: StartStudio.StudioStart = {
    project: project === undefined ? undefined : resolve(cwd, project),
    port: before?.port ?? args.integer('port', { min: 0, max: 65_535 }),
    boundHost,
    token,
    rendererDir: await findRenderer(),
    otlp: otlpTarget(args, process.env),
    onWarning: (message) => {
      terminal.note(`warning: ${message}`);
    },
    onReplace: () => replacement.abort(),
  };
  const survive = (error: unknown): void => {
    start.onWarning(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  // A fault of ours in one project must not end the others.
  process.on('unhandledRejection', survive);
  const { startStudio, becomeAnother } = await load();
  let successor: Predecessor;
  try {
    await using studio = await startStudio(start).catch(rethrow);
    successor = { port: studio.port, token: studio.token };
    if (before === undefined) {
      if (!isLoopback(boundHost)) terminal.note(`warning: ${EXPOSED}`);
      await terminal.write(`${studio.url}\n`);
      terminal.note('The studio runs until Ctrl-C.');
      const isWanted = args.has('open') || (!args.has('no-open') && hasDisplay());
      if (isWanted) await studio.openBrowser().catch(survive);
    }
    await aborted(AbortSignal.any([signal, replacement.signal]));
  } finally {
    process.off('unhandledRejection', survive);
  }
  signal.throwIfAborted();
  terminal.note('A GPU is lost to this process: the studio goes on in a new one, at the same address.');
  try {
    return becomeAnother({ ...process.env, [AGAIN]: JSON.stringify(successor) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError('DeviceLost', `the studio cannot go on in a new process: ${reason}.`, {
      cause,
      tip: 'Start it again: everything is kept, and the run goes on.',
    });
  }
}

/** The process that this one takes the place of. */
interface Predecessor {
  readonly port: number;
  readonly token: string;
}

const AGAIN = 'RINGSTUDIO_SERVE_AGAIN';
const predecessorSchema = z.object({ port: z.int(), token: z.string() });

/** What the process before has left for this one, and for no child of it. */
function takeOver(): Predecessor | undefined {
  const { [AGAIN]: left } = process.env;
  Reflect.deleteProperty(process.env, AGAIN);
  return left === undefined ? undefined : predecessorSchema.parse(JSON.parse(left));
}

const EXPOSED =
  'others in the network can reach the studio. It runs code for whoever has the token, which travels unencrypted; ' +
  'a tunnel (ssh -L) is safer.';

/** In a file of its own, so that other commands start without what it depends on. */
async function load(): Promise<typeof StartStudio> {
  const file = join(packageRoot(import.meta.url), 'dist', 'studio.js');
  return (await import(pathToFileURL(file).href)) as typeof StartStudio;
}

/** An error of the other bundle, whose classes are its own. */
function rethrow(error: unknown): never {
  if (!(error instanceof Error) || error.name !== 'StudioError') throw error;
  const { code, message, tip, problems } = error as Error & Pick<StudioError, 'code' | 'tip' | 'problems'>;
  throw new StudioError(code, message, { cause: error, problems, ...(tip !== undefined && { tip }) });
}

/** @throws StudioError `RendererMissing` */
async function findRenderer(): Promise<string> {
  const dir = process.env['RINGSTUDIO_RENDERER_DIR'] ?? join(packageRoot(import.meta.url), 'dist', 'renderer');
  try {
    await access(join(dir, 'index.html'));
    return dir;
  } catch (cause) {
    throw new StudioError('RendererMissing', `the studio's pages are not in '${dir}'.`, {
      cause,
      tip: 'Build them: npm run build',
    });
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function hasDisplay(): boolean {
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
