import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ProjectEvent } from '../../../app/contract/project.ts';
import type { StudioRouter } from '../../../app/contract/router.ts';
import { HostFixture } from '../../host/studio/studio-host.fixture.ts';
import { WebServer } from './web-server.ts';

const token = 'a-token-of-some-length';
const fixture = new HostFixture();
const errors: unknown[] = [];
let server: WebServer;
let base = '';

beforeAll(async () => {
  const rendererDir = join(fixture.folder, 'renderer');
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>studio</title>');
  writeFileSync(join(rendererDir, 'assets/app-Bc3_x9Qz.js'), 'export {};');
  writeFileSync(join(rendererDir, 'assets/large-Bc3_x9Qz.js'), 'large();'.repeat(1000));
  writeFileSync(join(rendererDir, '.hidden'), 'hidden');
  writeFileSync(join(fixture.folder, 'secret.txt'), 'secret');
  symlinkSync(join(fixture.folder, 'secret.txt'), join(rendererDir, 'link.txt'));
  server = await WebServer.listen({
    host: fixture.host,
    rendererDir,
    boundHost: '127.0.0.1',
    ports: [0],
    token,
    onError: (error) => errors.push(error),
  });
  base = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const cookie = (): string => `ringstudio-${server.port}=${token}`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks for exactly this path: `fetch` would tidy it up. */
function get(
  path: string,
  headers: Readonly<Record<string, string>> = { cookie: cookie() },
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

class Window implements AsyncDisposable {
  readonly socket = createWSClient({
    url: `ws://127.0.0.1:${server.port}/trpc`,
    WebSocket: class extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { cookie: cookie(), origin: base } });
      }
    } as unknown as typeof globalThis.WebSocket,
    retryDelayMs: () => 20,
  });
  readonly studio = createTRPCClient<StudioRouter>({ links: [wsLink({ client: this.socket })] });

  /** Collects the project's events from now on. */
  listen(projectId: string): { readonly events: ProjectEvent[]; readonly ids: string[] } {
    const heard = { events: [] as ProjectEvent[], ids: [] as string[] };
    this.studio.projects.events.subscribe(
      { projectId },
      {
        onData: ({ id, data }) => {
          heard.events.push(data);
          heard.ids.push(id);
        },
      },
    );
    return heard;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.socket.close();
  }
}

async function eventually(isReached: () => boolean, what: string): Promise<void> {
  for (let tries = 0; !isReached(); tries++) {
    if (tries > 500) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the pages', () => {
  test('are for who has the token; nothing else is told to others', async () => {
    for (const path of ['/', '/index.html', '/assets/app-Bc3_x9Qz.js', '/nothing', '/?token=wrong', '/trpc']) {
      const { status, body } = await get(path, {});
      expect([path, status]).toEqual([path, 401]);
      expect(body).toContain('ringstudio serve');
    }
  });

  test('move the token from the address into a cookie that scripts and other sites do not get', async () => {
    const { status, headers } = await get(`/?token=${token}`, {});
    expect(status).toBe(303);
    expect(headers['location']).toBe('/');
    expect(headers['set-cookie']).toEqual([`${cookie()}; HttpOnly; SameSite=Strict; Path=/`]);
    expect(server.url('#/project/x')).toBe(`${base}/?token=${token}#/project/x`);
  });

  test('come with their types, caching and a strict policy', async () => {
    const page = await get('/');
    expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>studio</title>' });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    const asset = await get('/assets/app-Bc3_x9Qz.js');
    expect(asset.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect(await get('/', undefined, 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect((await get('/', undefined, 'POST')).status).toBe(405);
  });

  test('are compressed for who comes through a tunnel', async () => {
    const headers = { cookie: cookie(), 'accept-encoding': 'br, gzip', host: 'localhost:9000' };
    const far = await get('/assets/large-Bc3_x9Qz.js', headers);
    expect(far.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(Number(far.headers['content-length'])).toBeLessThan(1000);
    const again = await get('/assets/large-Bc3_x9Qz.js', headers);
    expect(again.body).toBe(far.body);
    const near = await get('/assets/large-Bc3_x9Qz.js', { ...headers, host: `localhost:${server.port}` });
    expect(near.headers['content-encoding']).toBeUndefined();
    expect(near.body).toBe('large();'.repeat(1000));
  });

  test('lead nowhere else, however the path is written', async () => {
    const tries = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/%252e%252e/secret.txt',
      '/..%2fsecret.txt',
      '/..%5csecret.txt',
    ];
    const more = [
      '/assets/..%00/x',
      '/assets/../../secret.txt',
      '//etc/passwd',
      '/link.txt',
      '/.hidden',
      '/%',
      '/assets',
    ];
    for (const path of [...tries, ...more]) expect([path, (await get(path)).status]).toEqual([path, 404]);
  });

  test('are not for pages of another name that lead here', async () => {
    expect((await get('/', { cookie: cookie(), host: 'evil.example' })).status).toBe(403);
    expect((await get(`/?token=${token}`, { host: `evil.example:${server.port}` })).status).toBe(403);
  });

  test('withstand any path', async () => {
    const path = fc.string({ unit: fc.constantFrom(...'/.%\\0125efgAEx?#&=;:@~ '.match(/./g)!), maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(path, async (rest) => {
        const { status, body } = await get(`/${rest.replaceAll(' ', '%20')}`);
        expect([200, 400, 404]).toContain(status);
        expect(body).not.toContain('secret');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the socket', () => {
  async function refusal(headers: Readonly<Record<string, string>>, path = '/trpc'): Promise<number> {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    socket.on('error', () => undefined);
    socket.terminate();
    return response.statusCode;
  }

  test('is for pages of this server with the token', async () => {
    expect(await refusal({})).toBe(401);
    expect(await refusal({ cookie: `ringstudio-${server.port}=wrong`, origin: base })).toBe(401);
    expect(await refusal({ cookie: cookie(), origin: 'http://evil.example' })).toBe(403);
    expect(await refusal({ cookie: cookie(), origin: 'null' })).toBe(403);
    expect(await refusal({ cookie: cookie(), host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
    expect(await refusal({ cookie: cookie(), origin: base }, '/other')).toBe(404);
  });

  test('lets two windows work on one project, each seeing what the other does', async () => {
    await using a = new Window();
    await using b = new Window();
    const { id } = await a.studio.projects.openSample.mutate('vector_add');
    const [heardByA, heardByB] = [a.listen(id), b.listen(id)];
    await eventually(() => heardByA.events.length > 0 && heardByB.events.length > 0, 'both have the snapshot');
    const [first] = heardByA.events;
    if (first?.type !== 'snapshot') throw new Error('a snapshot comes first');
    const { version, text } = first.snapshot.files.find(({ path }) => path === 'README.md')!;
    const edit = { projectId: id, path: 'README.md', baseVersion: version };
    const accepted = await a.studio.files.edit.mutate({ ...edit, text: `${text}a`, clientId: 'a' });
    expect(accepted.kind).toBe('accepted');
    const late = await b.studio.files.edit.mutate({ ...edit, text: `${text}b`, clientId: 'b' });
    expect(late).toMatchObject({ kind: 'outdated', file: { text: `${text}a` } });
    const isEdit = (event: ProjectEvent): boolean => event.type === 'file' && event.origin === 'a';
    await eventually(() => heardByB.events.some(isEdit), 'b sees the edit of a');
  });

  test('goes on after a lost connection with nothing missing or twice', async () => {
    await using window = new Window();
    await using other = new Window();
    const { id } = await window.studio.projects.openSample.mutate('vector_add');
    const heard = window.listen(id);
    await eventually(() => heard.events.length > 0, 'the snapshot');
    const project = await fixture.host.project(id);
    const path = 'README.md';
    for (let round = 0; round < 10; round++) {
      const { version } = await fixture.file(project, path);
      await other.studio.files.edit.mutate({
        projectId: id,
        path,
        text: `round ${round}`,
        baseVersion: version,
        clientId: 'o',
      });
      if (round % 3 === 0) (window.socket.connection?.ws as WebSocket | undefined)?.close();
    }
    const texts = (): string[] =>
      heard.events.flatMap((event) => (event.type === 'file' && event.origin === 'o' ? [event.file.text] : []));
    await eventually(() => texts().includes('round 9'), 'the last edit');
    expect(texts()).toEqual(Array.from({ length: 10 }, (_, round) => `round ${round}`));
    expect(heard.events.filter(({ type }) => type === 'snapshot')).toHaveLength(1);
    expect(new Set(heard.ids).size).toBe(heard.ids.length);
  });

  test('gives a run from start to reply, its telemetry and its outputs', async () => {
    await using window = new Window();
    const { id: projectId } = await window.studio.projects.openSample.mutate('running_mean');
    expect(await window.studio.run.start.mutate({ projectId })).toEqual({ kind: 'started' });
    const frames: number[] = [];
    const rows: unknown[] = [];
    window.studio.telemetry.stream.subscribe(
      { projectId, hz: 10 },
      { onData: ({ processed }) => frames.push(processed[0]!) },
    );
    window.studio.telemetry.outputs.subscribe({ projectId }, { onData: (batch) => rows.push(...batch.rows) });
    const message = { sensor: 1, value: 4 };
    await window.studio.inject.send.mutate({ projectId, to: 'mean', type: 'Reading', message });
    const asked = { projectId, to: 'mean', type: 'MeanQuery', message: {} };
    expect(await window.studio.inject.request.mutate(asked)).toMatchObject({
      type: 'MeanReport',
      message: { mean: 4 },
    });
    await eventually(() => frames.at(-1) === 2 && rows.length === 1, 'both are counted');
    await window.studio.run.stop.mutate({ projectId });
  });

  test('tells failures with their code and tip, without paths of the host', async () => {
    await using window = new Window();
    const failure = await window.studio.run.stop.mutate({ projectId: 'nothing' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TRPCClientError);
    const { data } = failure as TRPCClientError<StudioRouter>;
    expect(data?.studio).toMatchObject({ code: 'UnknownProject', tip: 'Open its folder.' });
    expect(JSON.stringify(data)).not.toContain('stack');
  });

  test('withstands frames of any kind, and the other windows do not notice', async () => {
    await using window = new Window();
    const { id } = await window.studio.projects.openSample.mutate('vector_add');
    const raw = new WebSocket(`ws://127.0.0.1:${server.port}/trpc`, { headers: { cookie: cookie(), origin: base } });
    await once(raw, 'open');
    const method = fc.constantFrom('query', 'mutation', 'subscription', 'subscription.stop', 'nothing');
    const path = fc.constantFrom(
      'machine',
      'files.edit',
      'run.start',
      'projects.events',
      '__proto__',
      'constructor',
      'a.b',
    );
    const input = fc.oneof(fc.jsonValue(), fc.record({ projectId: fc.constantFrom(id, 'x'), path: fc.string() }));
    const call = fc.record({ id: fc.oneof(fc.nat(99), fc.jsonValue()), method, params: fc.record({ path, input }) });
    const frame = fc.oneof(
      call.map((value) => JSON.stringify(value)),
      fc.json(),
      fc.string(),
      fc.uint8Array(),
      fc.array(call, { maxLength: 3 }).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(frame, (data) => {
        if (raw.readyState === WebSocket.OPEN) raw.send(data);
      }),
      { numRuns: 500 },
    );
    expect((await window.studio.machine.query()).cpu.workers).toBe(1);
    raw.terminate();
    await window.studio.run.stop.mutate({ projectId: id });
    expect(errors).toEqual([]);
  });

  test('closes on who sends too much, or does not speak the protocol', async () => {
    const raw = new WebSocket(`ws://127.0.0.1:${server.port}/trpc`, { headers: { cookie: cookie(), origin: base } });
    raw.on('error', () => undefined);
    await once(raw, 'open');
    raw.send('x'.repeat(17 * 1024 * 1024));
    const [code] = (await once(raw, 'close')) as [number];
    expect([1009, 1006]).toContain(code);
    const upgrade = `GET /trpc HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nCookie: ${cookie()}\r\n`;
    for (const rest of [
      '\r\n',
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n',
      'Sec-WebSocket-Version: 99\r\n\r\n',
    ]) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(`${upgrade}${rest}\u0000\u0001garbage`);
      socket.resume();
      await once(socket, 'close');
    }
    expect((await get('/')).status).toBe(200);
  });
});
