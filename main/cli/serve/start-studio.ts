import { randomBytes } from 'node:crypto';
import openInBrowser from 'open';
import { createStudioHost } from '../../host/studio/studio-host.ts';
import { lockStateFolder } from '../../host/studio/state-lock.ts';
import { WebServer } from '../../transport/web/web-server.ts';

export interface StudioStart {
  /** Absolute: a project's folder, or its topology. */
  readonly project: string | undefined;
  readonly port: number | undefined;
  readonly boundHost: string;
  /** A random one without it. */
  readonly token: string | undefined;
  readonly rendererDir: string;
  /** Told of what goes wrong meanwhile. */
  readonly onWarning: (message: string) => void;
}

export interface StartedStudio extends AsyncDisposable {
  /** With the token, and the project if there is one. */
  readonly url: string;
  openBrowser(): Promise<void>;
}

/** Where people find it again, when nobody else is there. */
const FAVOURITE_PORT = 7464;
const TOKEN_BYTES = 32;

/** The host and its server: what `dist/studio.js` holds. */
export async function startStudio(start: StudioStart): Promise<StartedStudio> {
  const { project, port, boundHost, token, rendererDir, onWarning } = start;
  const lock = await lockStateFolder();
  const host = createStudioHost({ onWarning });
  const end = async (): Promise<void> => {
    await host[Symbol.asyncDispose]();
    await lock[Symbol.asyncDispose]();
  };
  try {
    const summary = project === undefined ? undefined : await host.openProject(project);
    const server = await WebServer.listen({
      host,
      rendererDir,
      boundHost,
      ports: port === undefined ? [FAVOURITE_PORT, 0] : [port],
      token: token ?? randomBytes(TOKEN_BYTES).toString('base64url'),
      onError: (error) => {
        onWarning(error instanceof Error ? (error.stack ?? error.message) : String(error));
      },
    });
    host.warmUp();
    const { port: listening } = new URL(server.url(''));
    await lock.announce({ host: isEverywhere(boundHost) ? '127.0.0.1' : boundHost, port: Number(listening) });
    const url = server.url(summary === undefined ? '' : `#/project/${summary.id}`);
    return {
      url,
      openBrowser: async () => {
        await openInBrowser(url);
      },
      [Symbol.asyncDispose]: async () => {
        await host.stopAll(); // while windows can still be told: they would take it for a crash
        await server[Symbol.asyncDispose]();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
