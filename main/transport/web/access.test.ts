import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Access } from './access.ts';

const token = 'correct-horse-battery';
const access = new Access({ token, boundHost: '127.0.0.1', port: 7464 });

function request(headers: Readonly<Record<string, string>>, url = '/'): IncomingMessage {
  return { headers, url } as unknown as IncomingMessage; // all that is looked at
}

describe('access', () => {
  test('is for who has the token, in the cookie of this port or in the address', () => {
    expect(access.hasToken(request({ cookie: `a=b; ringstudio-7464=${token}` }))).toBe(true);
    expect(access.hasToken(request({}, `/x?a=1&token=${token}`))).toBe(true);
    expect(access.hasToken(request({ cookie: `ringstudio-7465=${token}` }))).toBe(false);
    expect(access.hasToken(request({ cookie: `ringstudio-7464=${token}x` }, `/?token=${token.slice(1)}`))).toBe(false);
    expect(access.hasToken(request({ cookie: 'ringstudio-7464=%E0%A4%A' }))).toBe(false);
    expect(access.hasToken(request({ authorization: `Bearer ${token}` }))).toBe(false);
  });

  test('is for requests to this machine by its own names', () => {
    for (const host of ['127.0.0.1:7464', 'localhost:7464', 'LOCALHOST', '[::1]:9000']) {
      expect(access.isOwnHost(request({ host })), host).toBe(true);
    }
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      '192.168.0.7:7464',
      'localhost.',
      'a@localhost',
      '',
    ]) {
      expect(access.isOwnHost(request({ host })), host).toBe(false);
    }
    expect(access.isOwnHost(request({}))).toBe(false);
  });

  test('on all interfaces takes addresses, and no foreign names', () => {
    const open = new Access({ token, boundHost: '0.0.0.0', port: 7464 });
    expect(open.isOwnHost(request({ host: '192.168.0.7:7464' }))).toBe(true);
    expect(open.isOwnHost(request({ host: '[fe80::1]:7464' }))).toBe(true);
    expect(open.isOwnHost(request({ host: 'evil.example:7464' }))).toBe(false);
  });

  test('is for pages of this server only', () => {
    const host = 'localhost:7464';
    expect(access.isOwnOrigin(request({ host, origin: 'http://localhost:7464' }))).toBe(true);
    expect(access.isOwnOrigin(request({ host }))).toBe(true);
    for (const origin of ['http://localhost:7465', 'http://evil.example', 'null', '', 'file://localhost:7464', 'x']) {
      expect(access.isOwnOrigin(request({ host, origin })), origin).toBe(false);
    }
  });

  test('withstands any headers', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (cookie, host, origin, url) => {
        const strange = request({ cookie, host, origin }, url);
        access.isOwnHost(strange);
        access.isOwnOrigin(strange);
        expect(access.hasToken(strange)).toBe(false);
      }),
    );
  });
});
