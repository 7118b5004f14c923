import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

export interface AccessOptions {
  readonly token: string;
  /** What the server was told to listen on: `127.0.0.1`, `0.0.0.0`, a name. */
  readonly boundHost: string;
  readonly port: number;
}

/**
 * Who may talk to the server: who has its token, in a cookie or in the query, and asks for it by a name that is its own.
 * The second keeps out pages whose domain was made to lead here (DNS rebinding).
 */
export class Access {
  readonly cookieName: string;
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
    // Cookies are shared by all ports of a host.
    this.cookieName = `ringstudio-${options.port}`;
  }

  /** The request was sent to this server on purpose. */
  isOwnHost({ headers }: IncomingMessage): boolean {
    const name = hostNameOf(headers.host);
    if (name === undefined) return false;
    const { boundHost } = this.#options;
    const loopback = ['localhost', '127.0.0.1', '::1'];
    if (loopback.includes(name) || name === boundHost.toLowerCase()) return true;
    const isEverywhere = boundHost === '0.0.0.0' || boundHost === '::';
    // An address cannot be rebound, and nobody else answers to the machine's own name.
    const own = hostname().toLowerCase();
    return isEverywhere && (isIP(name) !== 0 || name === own || name === `${own}.local`);
  }

  /** It comes from a page of this server, or from no page at all. */
  isOwnOrigin({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers;
    if (origin === undefined) return true;
    try {
      const { protocol, host: from } = new URL(origin);
      return (protocol === 'http:' || protocol === 'https:') && from === host?.toLowerCase();
    } catch {
      return false; // `null`: a page that hides where it comes from
    }
  }

  hasToken(request: IncomingMessage): boolean {
    return this.isToken(cookieOf(request, this.cookieName)) || this.isToken(queryTokenOf(request));
  }

  isToken(given: string | undefined): boolean {
    return given !== undefined && timingSafeEqual(digest(given), digest(this.#options.token));
  }
}

/** The token in the address, as `?token=…`. */
export function queryTokenOf({ url = '/' }: IncomingMessage): string | undefined {
  const query = url.indexOf('?');
  return query < 0 ? undefined : (new URLSearchParams(url.slice(query + 1)).get('token') ?? undefined);
}

/** The token as programs send it. */
export function bearerTokenOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? '')?.[1];
}

function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [key = '', value] = part.split('=', 2);
    if (key.trim() === name) return decoded(value?.trim());
  }
  return undefined;
}

function decoded(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** `[::1]:80` is `::1`. */
function hostNameOf(header: string | undefined): string | undefined {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(header ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/** Of equal length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
