import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import openInBrowser from 'open';
import { hostMetrics } from '../../host/metrics/host-metrics.ts';
import { prometheusText } from '../../host/metrics/prometheus-text.ts';
import { loadOtlp } from '../../host/otlp/load-otlp.ts';
import { createStudioHost } from '../../host/studio/studio-host.ts';
import { lockStateFolder } from '../../host/studio/state-lock.ts';
import { replaceProcess } from '../../devices/cuda/replace-process.ts';
import { packageRoot } from '../../host/package-root.ts';
import { productVersion } from '../product-version.ts';
import type { OtlpTarget } from '../otlp-options.ts';
import { WebServer } from '../../transport/web/web-server.ts';

export interface StudioStart {
  /** Absolute: a project's folder, or its topology. */
  readonly project: string | undefined;
  readonly port: number | undefined;
  readonly boundHost: string;
  /** A random one without it. */
  readonly token: string | undefined;
  readonly rendererDir: string;
  readonly otlp: OtlpTarget | undefined;
  /** Told of what goes wrong meanwhile. */
  readonly onWarning: (message: string) => void;
  /** A GPU is lost to this process, and everything is written down that another one goes on from. */
  readonly onReplace: () => void;
}

export interface StartedStudio extends AsyncDisposable {
  /** With the token, and the project if there is one. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  openBrowser(): Promise<void>;
}

/** Where people find it again, when nobody else is there. */
const FAVOURITE_PORT = 7464;
const TOKEN_BYTES = 32;

/** The host and its server: what `dist/studio.js` holds. */
export async function startStudio(start: StudioStart): Promise<StartedStudio> {
  const { project, port, boundHost, rendererDir, otlp, onWarning, onReplace } = start;
  const token = start.token ?? randomBytes(TOKEN_BYTES).toString('base64url');
  const lock = await lockStateFolder();
  const startOtlp = otlp && (await loadOtlp());
  const exporting = startOtlp?.({ url: otlp?.url, version: productVersion(), runs: () => host.runs(), onWarning });
  const host = createStudioHost({
    onWarning,
    replaceHost: onReplace,
    ...(exporting && { observe: (project) => exporting.observe(project) }),
  });
  const end = async (): Promise<void> => {
    await exporting?.[Symbol.asyncDispose]();
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
      token,
      metrics: async () => prometheusText(hostMetrics(await host.runs())),
      onError: (error) => {
        onWarning(error instanceof Error ? (error.stack ?? error.message) : String(error));
      },
    });
    host.warmUp();
    const listening = Number(new URL(server.url('')).port);
    await lock.announce({ host: isEverywhere(boundHost) ? '127.0.0.1' : boundHost, port: listening });
    void host.resumeRuns();
    const url = server.url(summary === undefined ? '' : `#/project/${summary.id}`);
    return {
      ...{ url, token, port: listening },
      openBrowser: async () => {
        await openInBrowser(url);
      },
      [Symbol.asyncDispose]: async () => {
        await exporting?.[Symbol.asyncDispose](); // it sends the last numbers of what runs
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

/**
 * Goes on as a new process of the same command line, under the same number.
 *
 * @throws Error where that cannot be done
 */
export function becomeAnother(env: NodeJS.ProcessEnv): never {
  return replaceProcess(join(packageRoot(import.meta.url), 'native'), env);
}
