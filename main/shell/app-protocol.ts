import { readFile } from 'node:fs/promises';
import type { Protocol } from 'electron';
import { securityHeaders } from '../transport/security-headers.ts';
import { StaticFiles } from '../transport/static-files.ts';

export const APP_ORIGIN = 'app://studio';

/** The page and its route, as `#/project/…`. */
export function pageUrl(hash = ''): string {
  return `${APP_ORIGIN}/${hash}`;
}

/** Whether a frame with this address is a page of ours. */
export function isOwnPage(url: string): boolean {
  // Not `origin`: it is 'null' for schemes that the URL standard does not know.
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}` === APP_ORIGIN;
}

/** To be called before the application is ready. A standard scheme has an origin, storage and relative addresses. */
export function registerAppScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers `app://studio/…` with the built renderer, and everything else with 404. */
export function createAppHandler(rendererDir: string): (request: Request) => Promise<Response> {
  const files = new StaticFiles(rendererDir);
  return async ({ url, method }) => {
    const headers = securityHeaders([]);
    if (!isOwnPage(url)) return new Response('This is not an address of the studio.', { status: 404, headers });
    if (method !== 'GET' && method !== 'HEAD') return new Response('Only GET and HEAD.', { status: 405, headers });
    const file = await files.find(url.slice(APP_ORIGIN.length));
    if (file === undefined) return new Response('There is no such file.', { status: 404, headers });
    return new Response(method === 'HEAD' ? null : await readFile(file.absolute), {
      headers: { ...headers, 'content-type': file.type, 'cache-control': 'no-cache' },
    });
  };
}
