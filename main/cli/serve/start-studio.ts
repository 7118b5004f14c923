import { randomBytes } from 'node:crypto';
import openInBrowser from 'open';
import { hostMetrics } from '../../host/metrics/host-metrics.ts';
import { prometheusText } from '../../host/metrics/prometheus-text.ts';
import { loadOtlp } from '../../host/otlp/load-otlp.ts';
import { createStudioHost } from '../../host/studio/studio-host.ts';
import { lockStateFolder } from '../../host/studio/state-lock.ts';
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
  const { project, port, boundHost, token, rendererDir, otlp, onWarning } = start;
  const lock = await lockStateFolder();
  const startOtlp = otlp && (await loadOtlp());
  const exporting = startOtlp?.({ url: otlp?.url, version: productVersion(), runs: () => host.runs(), onWarning });
  const host = createStudioHost({ onWarning, ...(exporting && { observe: (project) => exporting.observe(project) }) });
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
      token: token ?? randomBytes(TOKEN_BYTES).toString('base64url'),
      metrics: async () => prometheusText(hostMetrics(await host.runs())),
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
