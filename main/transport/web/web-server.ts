import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { StudioError } from '../../../app/base/studio-error.ts';
import { studioRouter } from '../../../app/contract/router.ts';
import type { StudioHost } from '../../../app/contract/studio-host.ts';
import { Access, bearerTokenOf, queryTokenOf } from './access.ts';
import { pacedHost } from '../paced-host.ts';
import { securityHeaders } from '../security-headers.ts';
import { StaticFiles } from '../static-files.ts';

export interface WebServerOptions {
  readonly host: StudioHost;
  /** Folder of the built renderer. */
  readonly rendererDir: string;
  /** Address or name to listen on. */
  readonly boundHost: string;
  /** In this order; 0 is any free one. */
  readonly ports: readonly number[];
  readonly token: string;
  /** What `GET /metrics` answers, in Prometheus' text format. There is no such address without it. */
  readonly metrics?: () => Promise<string>;
  /** Told of failures that are the studio's own. */
  readonly onError?: (error: unknown) => void;
}

const SOCKET_PATH = '/trpc';
const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const MAX_MESSAGE_BYTES = 16_777_216;
const PING_MS = 20_000;
const PONG_WAIT_MS = 15_000;

/** The studio in a browser: the built renderer over HTTP, the contract over a WebSocket at `/trpc`. */
export class WebServer implements AsyncDisposable {
  readonly port: number;
  readonly #options: WebServerOptions;
  readonly #access: Access;
  readonly #files: StaticFiles;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  private constructor(options: WebServerOptions, server: Server) {
    const { host, rendererDir, boundHost, token, onError } = options;
    this.port = (server.address() as AddressInfo).port;
    this.#options = options;
    this.#server = server;
    this.#access = new Access({ token, boundHost, port: this.port });
    this.#files = new StaticFiles(rendererDir);
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
    applyWSSHandler({
      wss: this.#sockets,
      router: studioRouter,
      createContext: ({ res }) => ({ host: pacedHost(host, res) }),
      onError: ({ error }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR') onError?.(error.cause ?? error);
      },
      keepAlive: { enabled: true, pingMs: PING_MS, pongWaitMs: PONG_WAIT_MS },
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request, response).catch((error: unknown) => {
        onError?.(error);
        response.destroy();
      });
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** @throws StudioError `PortTaken`, `CannotListen` */
  static async listen(options: WebServerOptions): Promise<WebServer> {
    for (const [index, port] of options.ports.entries()) {
      const server = createServer();
      try {
        await listening(server, port, options.boundHost);
        return new WebServer(options, server);
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!isTaken || index === options.ports.length - 1) throw cannotListen(error, port, options.boundHost);
      }
    }
    throw new Error('no port to listen on');
  }

  /** What a person opens: without the token in it nobody gets in. */
  url(hash = ''): string {
    const { boundHost, token } = this.#options;
    const name = boundHost === '0.0.0.0' || boundHost === '::' ? '127.0.0.1' : boundHost;
    const host = name.includes(':') ? `[${name}]` : name;
    return `http://${host}:${this.port}/?token=${encodeURIComponent(token)}${hash}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.close(1001, 'the studio is being closed');
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#sockets.close();
    setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#server.closeAllConnections();
    }, 300).unref();
    this.#server.closeIdleConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '/', headers } = request;
    if (!this.#access.isOwnHost(request)) {
      refuse(response, 403, 'This is not an address of the studio.');
      return;
    }
    const own = headers.host ?? '';
    for (const [name, value] of Object.entries(securityHeaders([`ws://${own}`, `wss://${own}`]))) {
      response.setHeader(name, value);
    }
    const asksMetrics = this.#options.metrics !== undefined && /^\/metrics(\?|$)/.test(url);
    const isProgram = asksMetrics && this.#access.isToken(bearerTokenOf(request));
    if (!isProgram && !this.#access.hasToken(request)) {
      refuse(response, 401, NO_TOKEN);
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      refuse(response, 405, 'Only GET and HEAD.');
      return;
    }
    if (/^\/(\?|$)/.test(url) && this.#access.isToken(queryTokenOf(request))) {
      this.#letIn(response);
      return;
    }
    if (asksMetrics) {
      await this.#sendMetrics(response, method === 'GET');
      return;
    }
    const file = await this.#files.find(url);
    if (file === undefined) {
      refuse(response, 404, 'There is no such file.');
      return;
    }
    // A page on this machine is loaded sooner as it is.
    const takesGzip = /\bgzip\b/.test(String(headers['accept-encoding'])) && !isLocal(request);
    await this.#files.send(file, response, { hasBody: method === 'GET', takesGzip });
  }

  async #sendMetrics(response: ServerResponse, hasBody: boolean): Promise<void> {
    const text = await this.#options.metrics?.();
    response.writeHead(200, { 'content-type': METRICS_CONTENT_TYPE, 'cache-control': 'no-store' });
    response.end(hasBody ? text : undefined);
  }

  /** The token moves from the address, which shows in histories, to a cookie. */
  #letIn(response: ServerResponse): void {
    const { token } = this.#options;
    const cookie = `${this.#access.cookieName}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`;
    response.writeHead(303, { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' });
    response.end();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const access = this.#access;
    const path = (request.url ?? '').split('?', 1)[0];
    const status =
      !access.isOwnHost(request) || !access.isOwnOrigin(request) ? 403 : access.hasToken(request) ? 0 : 401;
    if (status !== 0 || path !== SOCKET_PATH) {
      const reason = { 0: '404 Not Found', 401: '401 Unauthorized', 403: '403 Forbidden' }[status];
      socket.end(`HTTP/1.1 ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      this.#sockets.emit('connection', client, request);
    });
  }
}

const NO_TOKEN = `You need the studio's token.

Open the address that 'ringstudio serve' printed when it started; it ends in ?token=...
The token is a new one at every start, unless --token names it.`;

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}

function isLocal({ socket, headers }: IncomingMessage): boolean {
  const isLoopback = /^(::1|(::ffff:)?127\.)/.test(socket.remoteAddress ?? '');
  // Through a tunnel it only seems to be: its port is another one.
  return isLoopback && headers.host?.endsWith(`:${socket.localPort ?? 0}`) === true;
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function cannotListen(error: unknown, port: number, host: string): StudioError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new StudioError('PortTaken', `port ${port} is in use by another program.`, {
      cause: error,
      tip: 'Name another one with --port, or leave it out for any free one.',
    });
  }
  return new StudioError('CannotListen', `cannot listen on ${host}, port ${port}: ${message}.`, { cause: error });
}
