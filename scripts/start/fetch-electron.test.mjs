import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fetchElectron } from './fetch-electron.mjs';
import { electronPathWithin, findInstalled } from './find-electron.mjs';
import { zipOf } from './zip.fixture.mjs';

const VERSION = '45.4.1';
const installed = join(import.meta.dirname, '..', '..', 'node_modules');
const limits = { answerMs: 10_000, stallMs: 10_000 };

/** @type {import('node:http').Server} */
let server;
/** @type {import('node:http').RequestListener} */
let answer;
/** @type {string[]} */
let requests = [];
let folder = '';
let packageDir = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-electron-'));
  packageDir = join(folder, 'node_modules', 'electron');
  mkdirSync(packageDir, { recursive: true });
  writeFileSync(join(packageDir, 'package.json'), JSON.stringify({ name: 'electron', version: VERSION }));
  for (const scope of ['@electron', '@electron-internal']) {
    symlinkSync(join(installed, scope), join(folder, 'node_modules', scope), 'junction');
  }
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  vi.stubEnv('ELECTRON_MIRROR', `${origin()}/`);
  vi.stubEnv('electron_config_cache', join(folder, 'cache'));
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, '');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const zip = archiveOf(VERSION);

describe('a fetch that succeeds', () => {
  test('leaves an executable where the package looks for it', async () => {
    answer = (_, response) => response.end(zip);
    /** @type {import('./progress.mjs').Progress[]} */
    const progress = [];
    const path = await fetched({ onProgress: (step) => progress.push(step) });
    expect(findInstalled(packageDir)).toEqual({ kind: 'found', path, version: VERSION });
    if (process.platform !== 'win32') {
      expect(spawnSync(path, ['hello'], { encoding: 'utf8' }).stdout).toBe('started with hello\n');
    }
    expect(requests).toEqual([`/v${VERSION}/${fileName()}`]);
    expect(progress.at(-1)).toMatchObject({ transferred: zip.length });
    expect(readdirSync(packageDir).sort()).toEqual(['dist', 'package.json', 'path.txt']);
  });

  test('replaces one of an earlier version, and what an interrupted fetch has left', async () => {
    answer = (_, response) => response.end(zip);
    for (const name of ['dist', 'dist.partial']) {
      mkdirSync(join(packageDir, name));
      writeFileSync(join(packageDir, name, 'version'), '44.0.0');
      writeFileSync(join(packageDir, name, 'old-file'), '');
    }
    await fetched();
    expect(existsSync(join(packageDir, 'dist', 'old-file'))).toBe(false);
    expect(existsSync(join(packageDir, 'dist.partial'))).toBe(false);
  });

  test('happens once when two start at the same time', async () => {
    answer = (_, response) => setTimeout(() => response.end(zip), 200);
    const onWait = vi.fn();
    const [one, other] = await Promise.all([fetched({ onWait }), fetched({ onWait })]);
    expect(one).toBe(other);
    expect(requests).toHaveLength(1);
    expect(onWait).toHaveBeenCalledOnce();
  });

  test('needs no network after npm ci has removed it: the archive is still in the cache', async () => {
    answer = (_, response) => response.end(zip);
    await fetched();
    rmSync(join(packageDir, 'dist'), { recursive: true });
    await fetched();
    expect(requests).toHaveLength(1);
    expect(findInstalled(packageDir).kind).toBe('found');
  });
});

describe('a fetch that fails says why and installs nothing', () => {
  afterEach(() => {
    expect(findInstalled(packageDir).kind).toBe('missing');
    expect(readdirSync(packageDir)).toEqual(['package.json']);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  test('another file than the published one', async () => {
    answer = (_, response) => response.end(Buffer.concat([zip, Buffer.from('x')]));
    await expect(fetched()).rejects.toThrow(`what came from ${host()} is not the published file`);
  });

  test('the archive of another version', async () => {
    const other = archiveOf('44.0.0');
    answer = (_, response) => response.end(other);
    await expect(fetched({ checksums: { [fileName()]: sha256(other) } })).rejects.toThrow(
      `the archive holds Electron '44.0.0' instead of ${VERSION}`,
    );
  });

  test('a file that is no archive', async () => {
    answer = (_, response) => response.end('no zip');
    await expect(fetched({ checksums: { [fileName()]: sha256('no zip') } })).rejects.toThrow(/zip|archive/i);
  });

  test.each([
    [403, 'refuses the file (HTTP 403)'],
    [404, 'does not have the file (HTTP 404)'],
    [407, 'a login for a proxy'],
    [503, 'answered with HTTP 503'],
  ])('HTTP %i', async (status, words) => {
    answer = (_, response) => response.writeHead(status).end();
    await expect(fetched()).rejects.toThrow(words);
  });

  test('a server that does not answer', async () => {
    answer = () => {};
    await expect(fetched({ limits: { answerMs: 200, stallMs: 10_000 } })).rejects.toThrow(
      `${host()} sent nothing within 0.2 s`,
    );
  });

  test('a server that stops in the middle', async () => {
    answer = (_, response) => response.writeHead(200, { 'content-length': zip.length }).write(zip.subarray(0, 20));
    await expect(fetched({ limits: { answerMs: 10_000, stallMs: 200 } })).rejects.toThrow(
      `${host()} stopped in the middle and sent nothing more for 0.2 s`,
    );
  });

  test('a connection that breaks off', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': zip.length }).write(zip.subarray(0, 20));
      setTimeout(() => response.destroy(), 50);
    };
    await expect(fetched()).rejects.toThrow(`the connection to ${host()} broke off`);
  });

  test('nobody listens', async () => {
    const port = host();
    await new Promise((resolve) => server.close(() => resolve(undefined)));
    await expect(fetched()).rejects.toThrow(`${port} (at ${port}) refuses the connection`);
  });

  test('a name that nobody knows', async () => {
    vi.stubEnv('ELECTRON_MIRROR', 'http://mirror.invalid/');
    await expect(fetched()).rejects.toThrow('the name mirror.invalid cannot be resolved');
  });

  test.skipIf(process.platform === 'win32')('a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'cache'), 'a file is in the way');
    answer = (_, response) => response.end(zip);
    await expect(fetched()).rejects.toThrow(/cache/);
  });

  test('somebody cancels it', async () => {
    const cancel = new AbortController();
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': zip.length }).write(zip.subarray(0, 20));
      setTimeout(() => cancel.abort(new Error('Ctrl-C')), 50);
    };
    await expect(fetched({ signal: cancel.signal })).rejects.toThrow('Ctrl-C');
  });
});

test('a cancelled start does not wait for the fetch of another', async () => {
  const cancel = new AbortController();
  answer = (_, response) => setTimeout(() => response.end(zip), 500);
  const first = fetched();
  const second = fetched({ signal: cancel.signal, onWait: () => cancel.abort(new Error('Ctrl-C')) });
  await expect(second).rejects.toThrow('Ctrl-C');
  expect(findInstalled(packageDir).kind).toBe('missing');
  await first;
  expect(findInstalled(packageDir).kind).toBe('found');
});

test('a proxy is used when one is set', async () => {
  answer = (_, response) => response.end(zip);
  vi.stubEnv('ELECTRON_MIRROR', 'http://mirror.invalid/');
  vi.stubEnv('http_proxy', origin());
  server.on('connect', (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await expect(fetched()).rejects.toThrow('the proxy does not let it through to mirror.invalid (HTTP 403)');
  expect(requests).toEqual(['CONNECT mirror.invalid:80']);
});

/** @param {Partial<import('./fetch-electron.mjs').FetchOptions>} [options] */
function fetched(options = {}) {
  return fetchElectron({
    packageDir,
    lockPath: join(folder, 'lock'),
    signal: new AbortController().signal,
    limits,
    checksums: { [fileName()]: sha256(zip) },
    ...options,
  });
}

/** @param {string} version */
function archiveOf(version) {
  return zipOf({
    version: { text: version },
    [electronPathWithin()]: { text: '#!/bin/sh\necho "started with $1"\n', mode: 0o755 },
  });
}

function fileName() {
  return `electron-v${VERSION}-${process.platform}-${process.arch}.zip`;
}

function host() {
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

function origin() {
  return `http://${host()}`;
}

/** @param {string | Buffer} data */
function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
